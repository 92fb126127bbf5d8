package dev.adjoint.examples;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plane of two features, coloured by what is decided there, and the examples over it. */
final class BoundaryChart {
    private static final int GRID = 150;
    private static final double EDGE = 2;
    private static final List<Color> COLOURS =
            List.of(new Color(0x1b, 0x6c, 0xa8), new Color(0xc9, 0x5d, 0x0c), new Color(0x2d, 0x7d, 0x46));

    private BoundaryChart() {}

    /**
     * Writes a PNG.
     *
     * @param decide the species, 0 to 2, at each of the points, which come as two numbers a point
     */
    static void write(Iris iris, Function<double[], int[]> decide, Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(800)
                .height(600)
                .title("What the net decides")
                .xAxisTitle(Iris.FEATURES.get(0) + " (standardised)")
                .yAxisTitle(Iris.FEATURES.get(1) + " (standardised)")
                .build();
        XYStyler style = chart.getStyler();
        style.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        style.setXAxisMin(-EDGE).setXAxisMax(EDGE).setYAxisMin(-EDGE).setYAxisMax(EDGE);
        style.setMarkerSize(6);
        style.setPlotGridLinesVisible(false);
        style.setChartBackgroundColor(Color.WHITE);
        style.setLegendPosition(Styler.LegendPosition.InsideNW);
        double[] plane = grid();
        int[] decided = decide.apply(plane);
        int[] species = Arrays.stream(iris.species()).mapToInt(s -> (int) s).toArray();
        for (int k = 0; k < iris.names().size(); k++) {
            XYSeries region = points(chart, "decides for " + k, plane, decided, k);
            region.setMarker(SeriesMarkers.SQUARE).setMarkerColor(pale(COLOURS.get(k)));
            region.setShowInLegend(false);
        }
        for (int k = 0; k < iris.names().size(); k++) {
            XYSeries flowers = points(chart, iris.names().get(k), iris.x(), species, k);
            flowers.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(COLOURS.get(k));
        }
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static XYSeries points(XYChart chart, String name, double[] points, int[] kinds, int kind) {
        int count = (int) Arrays.stream(kinds).filter(k -> k == kind).count();
        double[] x = new double[count];
        double[] y = new double[count];
        int next = 0;
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == kind) {
                x[next] = points[2 * i];
                y[next++] = points[2 * i + 1];
            }
        }
        return chart.addSeries(name, x, y);
    }

    private static double[] grid() {
        double[] plane = new double[2 * GRID * GRID];
        int next = 0;
        for (int row = 0; row < GRID; row++) {
            for (int column = 0; column < GRID; column++) {
                plane[next++] = EDGE * (2.0 * column / (GRID - 1) - 1);
                plane[next++] = EDGE * (2.0 * row / (GRID - 1) - 1);
            }
        }
        return plane;
    }

    private static Color pale(Color colour) {
        return new Color(
                255 - (255 - colour.getRed()) / 4,
                255 - (255 - colour.getGreen()) / 4,
                255 - (255 - colour.getBlue()) / 4);
    }
}
