package dev.adjoint.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A pipeline from raw columns to a judged model, searched by cross-validation: Adjoint's beside MLlib's. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        description =
                "Cross-validates nine settings of a pipeline on the incomes of adult, by Adjoint's estimator and by MLlib's, "
                        + "and fits Adjoint's defaults once; each model is saved, and applied by another process.")
final class SearchCommand implements Callable<Integer> {
    private static final String TRAIN = "conf/data/adult-train.csv.gz";
    private static final String TEST = "conf/data/adult-test.csv.gz";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often to do everything (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--ways", split = ",", paramLabel = "WAY", description = "Of ${COMPLETION-CANDIDATES} (all).")
    private List<Search.Way> ways = List.of(Search.Way.values());

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() throws IOException, InterruptedException {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        Bench.requirePositive(command, "--rounds", rounds);
        Machine machine = output.prepare(command.getErr());
        List<Search.Found> all = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (Search.Way way : ways) {
                Search search = new Search(
                        way,
                        round,
                        machine.cores(),
                        TRAIN,
                        TEST,
                        output.file("model-" + way).toString(),
                        false);
                try {
                    Search.Found found = run(search);
                    Search.Found again = run(search.saved());
                    if (!found.predictions().equals(again.predictions())) {
                        throw new PeerProcess.FailedException(
                                "%s: the saved model predicts otherwise in another process".formatted(way));
                    }
                    all.add(found);
                    command.getErr()
                            .println("round %d/%d  %s: %.1f s, accuracy %.4f, area under the ROC curve %.4f; best: %s"
                                    .formatted(
                                            round,
                                            rounds,
                                            way,
                                            found.seconds(),
                                            found.accuracy(),
                                            found.areaUnderRoc(),
                                            found.setting()));
                } catch (PeerProcess.FailedException e) {
                    command.getErr().println("error: " + e.getMessage());
                    return 1;
                }
            }
        }
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(output.file("search.json").toFile(), all);
        Table table = table(all);
        Files.writeString(output.file("search.md"), machine + "\n\n" + table.markdown());
        command.getOut().print(table.text());
        command.getOut().flush();
        return 0;
    }

    private Search.Found run(Search search) throws IOException, InterruptedException, PeerProcess.FailedException {
        List<Search.Found> found = new ArrayList<>();
        PeerProcess.run(
                search.way() + (search.isSaved() ? " applied" : ""),
                List.of(),
                SearchPeer.class.getName(),
                search,
                Search.Found.class,
                found::add,
                output.log("%s-%d%s.log".formatted(search.way(), search.round(), search.isSaved() ? "-saved" : "")));
        return found.get(0);
    }

    private Table table(List<Search.Found> all) {
        Table table = Table.headed(List.of("pipeline", "seconds", "accuracy", "area under ROC"));
        for (Search.Way way : ways) {
            List<Search.Found> found =
                    all.stream().filter(one -> one.way() == way).toList();
            table.add(List.of(
                    way.toString(),
                    cell("%.1f", found, Search.Found::seconds),
                    cell("%.4f", found, Search.Found::accuracy),
                    cell("%.4f", found, Search.Found::areaUnderRoc)));
        }
        return table;
    }

    /** The median, and how far the rounds go. */
    private static String cell(String format, List<Search.Found> found, ToDoubleFunction<Search.Found> figure) {
        Spread spread = Spread.of(found.stream().map(figure::applyAsDouble).toList());
        String median = format.formatted(spread.median());
        String range = "%s-%s".formatted(format.formatted(spread.min()), format.formatted(spread.max()));
        return range.equals(median + "-" + median) ? median : "%s (%s)".formatted(median, range);
    }
}
