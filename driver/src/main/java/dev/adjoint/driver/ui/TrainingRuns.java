package dev.adjoint.driver.ui;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.util.kvstore.KVStore;

/** The trainings of an application, in the store of its UI; as a listener of Spark's, puts there what events say. */
public final class TrainingRuns extends SparkListener {
    private final KVStore store;

    TrainingRuns(KVStore store) {
        this.store = store;
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
        try {
            if (event instanceof TrainingEvent.Began began) {
                store.write(new TrainingRun(began));
            } else if (event instanceof TrainingEvent known) {
                store.write(store.read(TrainingRun.class, known.run()).and(known));
            }
        } catch (Exception e) {
            throw new IllegalStateException("the event %s is of no training that began".formatted(event), e);
        }
    }

    /** The last one first. */
    List<TrainingRun> all() {
        List<TrainingRun> runs = new ArrayList<>();
        try {
            store.view(TrainingRun.class).forEach(runs::add);
        } catch (Exception e) {
            throw new IllegalStateException("the UI's store cannot be read", e);
        }
        runs.sort(
                Comparator.comparingLong((TrainingRun run) -> run.began.time()).reversed());
        return runs;
    }
}
