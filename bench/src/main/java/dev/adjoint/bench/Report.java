package dev.adjoint.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The results for people: for each net the rates, then how many times as fast as the others Adjoint is. */
final class Report {
    private final Results results;
    private final Summary summary;

    Report(Results results) {
        this.results = results;
        this.summary = new Summary(results.measurements());
    }

    /** For a terminal. */
    String text() {
        StringBuilder out = new StringBuilder(results.machine() + "\n");
        results.arithmetic().forEach((peer, arithmetic) -> out.append(peer + ": " + arithmetic + "\n"));
        for (Net net : summary.nets()) {
            out.append("\n" + net + ": " + describe(net) + "\n");
            tables(net).forEach(table -> out.append("\n" + table.text()));
        }
        return out.toString();
    }

    /** For a page. */
    String markdown() {
        StringBuilder out =
                new StringBuilder(results.machine() + "; " + results.date().substring(0, 10) + "\n\n");
        results.arithmetic().forEach((peer, arithmetic) -> out.append("- " + peer + ": " + arithmetic + "\n"));
        for (Net net : summary.nets()) {
            out.append("\n**" + net + "**: " + describe(net) + "\n");
            tables(net).forEach(table -> out.append("\n" + table.markdown()));
        }
        return out.toString();
    }

    private String describe(Net net) {
        long flops = net.flopsPerExample();
        String limit = summary.limit(net)
                .map(l -> "; limit %s examples/s, %.0f GFLOP/s".formatted(rate(l), l.median() * flops / 1e9))
                .orElse("");
        String rounds = results.rounds() == 1 ? "one round" : "median [least..most] of %d rounds";
        return "%s FLOP an example%s; examples/s, %s"
                .formatted(rate((double) flops), limit, rounds.formatted(results.rounds()));
    }

    private List<Table> tables(Net net) {
        List<Series> all = summary.series(net);
        List<Series> ours = all.stream().filter(s -> s.peer() == Peer.ADJOINT).toList();
        List<Peer> others = results.arithmetic().keySet().stream()
                .filter(peer -> peer != Peer.ADJOINT)
                .sorted()
                .toList();
        List<Table> tables = new ArrayList<>();
        if (!all.isEmpty()) {
            tables.add(rates(net, all));
        }
        if (!ours.isEmpty() && !others.isEmpty()) {
            tables.add(times(net, ours, others));
        }
        return tables;
    }

    private Table rates(Net net, List<Series> columns) {
        Table table = Table.headed(row(List.of("batch"), columns));
        for (Batch batch : summary.batches(net)) {
            List<String> cells = columns.stream()
                    .map(series -> cell(summary.rate(net, batch, series).map(Report::rate)))
                    .toList();
            table.add(row(List.of(batch), cells));
        }
        return table;
    }

    private Table times(Net net, List<Series> ours, List<Peer> others) {
        List<String> heading = others.stream().map(other -> "times " + other).toList();
        Table table = Table.headed(row(List.of("batch", "mode"), heading));
        for (Batch batch : summary.batches(net)) {
            for (Series series : ours) {
                List<String> cells = others.stream()
                        .map(other ->
                                cell(summary.times(net, batch, series, other).map(times -> digits(times.median(), ""))))
                        .toList();
                table.add(row(List.of(batch, series), cells));
            }
        }
        return table;
    }

    private static List<String> row(List<?> heads, List<?> cells) {
        List<String> row = new ArrayList<>();
        heads.forEach(head -> row.add(head.toString()));
        cells.forEach(cell -> row.add(cell.toString()));
        return row;
    }

    private static String cell(Optional<String> text) {
        return text.orElse("-");
    }

    private static String rate(Spread rate) {
        String median = rate(rate.median());
        return rate.min() == rate.max() ? median : "%s [%s..%s]".formatted(median, rate(rate.min()), rate(rate.max()));
    }

    /** Three digits: {@code 153k}, {@code 2.94M}. */
    static String rate(double number) {
        if (number >= 999.5e3) {
            return digits(number / 1e6, "M");
        }
        return number >= 999.5 ? digits(number / 1e3, "k") : digits(number, "");
    }

    /** Three digits, and two of what is below 1. */
    private static String digits(double number, String unit) {
        int decimals = number >= 99.95
                ? 0
                : number >= 9.995 ? 1 : number >= 0.995 ? 2 : (int) Math.ceil(1 - Math.log10(number));
        return String.format(Locale.ROOT, "%." + decimals + "f", number) + unit;
    }
}
