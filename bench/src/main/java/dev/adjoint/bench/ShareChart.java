package dev.adjoint.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;

/** The share of the limit that each reaches, by batch, a panel a net. */
final class ShareChart {
    /** Adjoint's modes. */
    private static final List<Color> BLUES =
            List.of(new Color(0x0b3c5d), new Color(0x1f6f9f), new Color(0x54a7d6), new Color(0xb5dcf2));

    private ShareChart() {}

    /** Writes a PNG of the nets whose limit was measured beside something else, and tells whether there is one. */
    static boolean write(Summary summary, Path file) throws IOException {
        List<CategoryChart> panels = summary.nets().stream()
                .filter(net ->
                        summary.limit(net).isPresent() && !summary.series(net).isEmpty())
                .map(net -> panel(summary, net))
                .toList();
        if (panels.isEmpty()) {
            Files.deleteIfExists(file); // an earlier one would be taken for this one's
            return false;
        }
        // The library wants the grid to be full.
        int columns = panels.size() % 2 == 0 ? 2 : 1;
        BitmapEncoder.saveBitmap(
                panels, panels.size() / columns, columns, file.toString(), BitmapEncoder.BitmapFormat.PNG);
        return true;
    }

    private static CategoryChart panel(Summary summary, Net net) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(760)
                .height(440)
                .title(net.toString())
                .xAxisTitle("examples a step")
                .yAxisTitle("% of the limit")
                .build();
        CategoryStyler style = chart.getStyler();
        style.setAvailableSpaceFill(0.85);
        style.setYAxisMin(0.0).setPlotGridVerticalLinesVisible(false);
        style.setChartBackgroundColor(Color.WHITE).setLegendPosition(Styler.LegendPosition.OutsideE);
        List<Batch> batches = summary.batches(net);
        for (Series series : summary.series(net)) {
            List<@Nullable Double> shares = new ArrayList<>();
            for (Batch batch : batches) {
                shares.add(summary.times(net, batch, series, Peer.LIMIT)
                        .map(share -> 100 * share.median())
                        .orElse(null));
            }
            chart.addSeries(
                            series.toString(),
                            batches.stream().map(Batch::toString).toList(),
                            shares)
                    .setFillColor(colour(series));
        }
        return chart;
    }

    private static Color colour(Series series) {
        return switch (series.peer()) {
            case LIMIT -> Color.BLACK;
            case ADJOINT -> BLUES.get(List.of(Mode.values()).indexOf(series.mode()));
            case PYTORCH -> new Color(0xd9622b);
            case MLLIB -> new Color(0x9a9a9a);
            case MLLIB_OPENBLAS -> new Color(0x4d4d4d);
        };
    }
}
