package dev.adjoint.jobs.report;

import dev.adjoint.driver.training.TrainingListener;
import dev.adjoint.driver.training.TrainingState;
import dev.adjoint.worker.Evaluation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows a training: a line an epoch, or for a hundredth of many epochs, and on a terminal a live bar below. */
public final class Progress implements TrainingListener, AutoCloseable {
    /** Set by the launcher, which can see whether stderr is a terminal. */
    private static final String TERMINAL = "ADJOINT_TERMINAL";

    private final PrintWriter err;
    private final boolean live;
    private final long start = System.nanoTime();
    private @Nullable ProgressBar bar;
    /** Of an epoch that was passed over so far. */
    private @Nullable String latest;
    /** Of a training that was resumed. */
    private int epochsBefore = Integer.MAX_VALUE;

    private Progress(PrintWriter err, boolean live) {
        this.err = err;
        this.live = live;
    }

    /** A display on {@code err}: lines, and the bar where the launcher saw a terminal. */
    public static Progress to(PrintWriter err) {
        return new Progress(err, "1".equals(System.getenv(TERMINAL)));
    }

    @Override
    public void round(RoundReport round, TrainingState state) {
        if (live) {
            if (bar == null) {
                bar = new ProgressBarBuilder()
                        .setTaskName("training")
                        .setInitialMax((long) round.epochs() * round.rounds())
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(200)
                        .setUnit(" rounds", 1)
                        .clearDisplayOnFinish()
                        .build();
            }
            bar.stepTo((round.epoch() - 1L) * round.rounds() + round.round());
            bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", round.loss()));
        }
    }

    @Override
    public void epoch(EpochReport epoch, TrainingState state) {
        epochsBefore = Math.min(epochsBefore, epoch.epoch() - 1);
        latest = line(epoch, System.nanoTime() - start, epochsBefore);
        if (epoch.isTold()) {
            printLatest();
        }
    }

    private void printLatest() {
        if (latest != null) {
            // Over the bar, which draws itself again below.
            err.println((live ? "\r\033[2K" : "") + latest);
            latest = null;
        }
    }

    @Override
    public void resumed(String path, TrainingState state) {
        err.println("resuming after step %,d, in epoch %d: %s"
                .formatted(state.step(), state.position().epoch(), path));
    }

    @Override
    public void warned(String warning) {
        err.println((live ? "\r\033[2K" : "") + "warning: " + warning);
    }

    /** For example: {@code epoch  3/40  loss 0.1234  validation 96.7 %  12,345 examples/s  compute 41 %, communication 59 %  0:12 left}. */
    static String line(EpochReport epoch, long nanosSinceStart, int epochsBefore) {
        int width = String.valueOf(epoch.epochs()).length();
        Duration left =
                Duration.ofNanos(nanosSinceStart / (epoch.epoch() - epochsBefore) * (epoch.epochs() - epoch.epoch()));
        return String.format(
                Locale.ROOT,
                "epoch %" + width
                        + "d/%d  loss %.4f%s  %,.0f examples/s  compute %.0f %%, communication %.0f %%  %s left",
                epoch.epoch(),
                epoch.epochs(),
                epoch.loss(),
                epoch.validation().map(Progress::validation).orElse(""),
                epoch.examples() / (epoch.nanos() / 1e9),
                100 * epoch.computeShare(),
                100 * (1 - epoch.computeShare()),
                clock(left));
    }

    private static String validation(Evaluation evaluation) {
        return evaluation.isClassification()
                ? String.format(
                        Locale.ROOT,
                        "  validation loss %.4f, accuracy %.2f %%",
                        evaluation.loss(),
                        100 * evaluation.accuracy())
                : String.format(
                        Locale.ROOT,
                        "  validation loss %.4f, r2 %.4f",
                        evaluation.loss(),
                        evaluation.r2(0, evaluation.targets()));
    }

    private static String clock(Duration d) {
        return d.toHours() > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", d.toHours(), d.toMinutesPart(), d.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", d.toMinutes(), d.toSecondsPart());
    }

    @Override
    public void close() {
        printLatest();
        if (bar != null) {
            bar.close();
        }
    }
}
