package dev.adjoint.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** The cost of an example by the number of rows, a line a mode. */
final class SizesChart {
    private SizesChart() {}

    /** Writes a PNG. */
    static void write(List<Mode> modes, List<Measurement> measurements, Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(760)
                .height(440)
                .title(Net.SMALL.toString())
                .xAxisTitle("rows")
                .yAxisTitle("microseconds an example")
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMin(0.0);
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.OutsideE);
        for (Mode mode : modes) {
            List<Measurement> ofMode =
                    measurements.stream().filter(m -> m.mode() == mode).toList();
            chart.addSeries(
                    mode.toString(),
                    ofMode.stream().map(Measurement::rows).toList(),
                    ofMode.stream().map(m -> 1e6 / m.examplesPerSecond()).toList());
        }
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
}
