package dev.adjoint.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Petal length and width of 150 flowers, each standardised, and their species.
 *
 * @param x two numbers a flower, one flower after the other
 * @param species 0, 1 or 2
 */
record Iris(double[] x, double[] species, List<String> names) {
    static final List<String> FEATURES = List.of("petal length", "petal width");

    static Iris read(Path file) throws IOException {
        List<String[]> rows = Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.split(",", -1))
                .toList();
        List<String> names = rows.stream().map(row -> row[4]).distinct().toList();
        double[] x = new double[2 * rows.size()];
        double[] species = new double[rows.size()];
        for (int i = 0; i < rows.size(); i++) {
            x[2 * i] = Double.parseDouble(rows.get(i)[2]);
            x[2 * i + 1] = Double.parseDouble(rows.get(i)[3]);
            species[i] = names.indexOf(rows.get(i)[4]);
        }
        for (int feature = 0; feature < 2; feature++) {
            standardise(x, feature);
        }
        return new Iris(x, species, names);
    }

    private static void standardise(double[] x, int feature) {
        double sum = 0;
        double squares = 0;
        int n = x.length / 2;
        for (int i = feature; i < x.length; i += 2) {
            sum += x[i];
            squares += x[i] * x[i];
        }
        double mean = sum / n;
        double deviation = Math.sqrt(squares / n - mean * mean);
        for (int i = feature; i < x.length; i += 2) {
            x[i] = (x[i] - mean) / deviation;
        }
    }
}
