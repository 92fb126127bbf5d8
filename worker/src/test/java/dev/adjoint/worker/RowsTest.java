package dev.adjoint.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.adjoint.model.features.FeatureEncoder;
import dev.adjoint.model.features.Features;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
    /** Columns of two numbers and columns of texts in turn, the texts with 1, 2, 3 ... levels. */
    private static Features features(int numeric, int categorical) {
        List<Features.Column> columns = new ArrayList<>();
        for (int i = 0; i < Math.max(numeric, categorical); i++) {
            if (i < categorical) {
                List<String> levels =
                        IntStream.rangeClosed(0, i).mapToObj(k -> "level" + k).toList();
                columns.add(new Features.Categorical("c" + i, levels));
            }
            if (i < numeric) {
                columns.add(new Features.Numeric("n" + i, List.of(0.5, -1.0 * i), List.of(2.0, 1.0 + i)));
            }
        }
        Collections.reverse(columns);
        return new Features(columns);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "1, 0, 1", "1, 1, 0", "1, 1, 4", "3, 0, 2", "3, 2, 0", "33, 3, 1", "33, 2, 5", "300, 4, 4"})
    void codedRowsHaveTheFeaturesAndTheChecksumOfRowsThatAreWrittenOut(int rows, int numeric, int categorical) {
        Features features = features(numeric, categorical);
        FeatureEncoder encoder = new FeatureEncoder(features);
        int width = features.width();
        int[] places = encoder.places();
        float[] numbers = new float[rows * places.length];
        int[] codes = new int[rows * encoder.texts()];
        float[] all = new float[rows * width];
        Random random = new Random(7);
        for (int row = 0; row < rows; row++) {
            double[] given = random.doubles(encoder.numbers()).toArray();
            // One level more than there are: it is unknown.
            String[] texts = random.ints(encoder.texts(), 0, categorical + 1)
                    .mapToObj(k -> "level" + k)
                    .toArray(String[]::new);
            encoder.encode(given, texts, numbers, row * places.length, codes, row * encoder.texts());
            encoder.encode(given, texts, all, row * width);
        }
        Rows.Coded coded = new Rows.Coded(rows, width, places, numbers, codes);
        float[] written = new float[rows * width + 2];
        for (int row = rows - 1; row >= 0; row--) {
            coded.write(row, written, 1 + row * width);
        }
        float[] expected = new float[rows * width + 2];
        System.arraycopy(all, 0, expected, 1, all.length);
        assertArrayEquals(expected, written);
        float[] none = new float[rows];
        assertEquals(
                new Chunk(3, 5, new Rows.Dense(rows, width, all), none, none).checksum(),
                new Chunk(3, 5, coded, none, none).checksum());
    }

    @ParameterizedTest
    @CsvSource({"2, 3, 4", "2, 5, 4", "2, 4, 5"})
    void extentsThatDoNotFitAreRefused(int rows, int numbers, int codes) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Rows.Coded(rows, 9, new int[] {1, 3}, new float[numbers], new int[codes]));
    }
}
