package dev.adjoint.driver.ui;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.status.AppHistoryServerPlugin;
import org.apache.spark.status.ElementTrackingStore;
import org.apache.spark.ui.SparkUI;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Shows the tab in the history server, which finds this by its service file: the jar has to be on its class path. */
public final class TrainingPlugin implements AppHistoryServerPlugin {
    @Override
    public Seq<SparkListener> createListeners(SparkConf conf, ElementTrackingStore store) {
        return CollectionConverters.asScala(List.<SparkListener>of(new TrainingRuns(store)))
                .toSeq();
    }

    @Override
    public void setupUI(SparkUI ui) {
        TrainingRuns runs = new TrainingRuns(ui.store().store());
        if (!runs.all().isEmpty()) {
            TrainingTab.attach(ui, runs);
        }
    }
}
