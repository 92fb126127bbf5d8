package dev.adjoint.faults;

import dev.adjoint.driver.rounds.Purpose;
import dev.adjoint.faults.Fault.Phase;
import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.Rows;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** Has executors suffer the faults that the local property {@link Fault#PROPERTY} tells of: {@code spark.plugins}. */
public final class FaultPlugin implements SparkPlugin {
    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {};
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Injector();
    }

    private static final class Injector implements ExecutorPlugin {
        /** The first stage that was seen of each step of a training: the one that computes. */
        private final Map<String, Integer> firstStage = new ConcurrentHashMap<>();

        @Override
        public void init(PluginContext context, Map<String, String> configuration) {}

        @Override
        public void onTaskStart() {
            TaskContext task = TaskContext.get();
            @Nullable String plan = task.getLocalProperty(Fault.PROPERTY);
            if (plan == null || !Purpose.Phase.ROUND.name().equals(task.getLocalProperty(Purpose.PHASE))) {
                return;
            }
            int epoch = Integer.parseInt(task.getLocalProperty(Purpose.EPOCH));
            long step = Long.parseLong(task.getLocalProperty(Purpose.STEP));
            int first = firstStage.computeIfAbsent(
                    plan + " " + epoch + " " + step + " " + task.getLocalProperty(Purpose.ATTEMPT),
                    any -> task.stageId());
            boolean computes = first == task.stageId();
            @Nullable String anew = task.getLocalProperty(Purpose.ATTEMPT);
            int attempt =
                    task.stageAttemptNumber() + task.attemptNumber() + (anew == null ? 0 : Integer.parseInt(anew));
            for (Fault fault : Fault.parse(plan)) {
                if (!fault.concerns(epoch, step, task.partitionId(), attempt)
                        || computes == (fault.phase() == Phase.REDUCE)) {
                    continue;
                }
                if (fault.phase() == Phase.LATER) {
                    Thread later = new Thread(() -> {
                        sleep(fault.millis());
                        happen(fault);
                    });
                    later.setDaemon(true);
                    later.start();
                } else if (fault.phase() == Phase.END || fault.action() == Fault.Action.THROW) {
                    // What a plugin throws is only logged; what a listener throws fails the task.
                    task.addTaskCompletionListener((TaskCompletionListener) context -> happen(fault));
                } else {
                    happen(fault);
                }
            }
        }

        private static void happen(Fault fault) {
            switch (fault.action()) {
                case KILL ->
                    shell("kill -KILL %d".formatted(ProcessHandle.current().pid()));
                case PAUSE ->
                    shell("kill -STOP %1$d; sleep %2$s; kill -CONT %1$d"
                            .formatted(ProcessHandle.current().pid(), fault.millis() / 1e3));
                case DELAY -> sleep(fault.millis());
                case EVICT -> cached().forEach(block -> blocks().removeBlock(block, true));
                case GARBLE -> garble(TaskContext.get().partitionId());
                case INTERRUPT -> Thread.currentThread().interrupt();
                case THROW -> throw new IllegalStateException("a fault on purpose");
            }
        }

        private static void shell(String command) {
            try {
                new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
            } catch (IOException e) {
                throw new IllegalStateException(command, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void sleep(long millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) { // a speculative copy has won
                Thread.currentThread().interrupt();
            }
        }

        private static BlockManager blocks() {
            return SparkEnv.get().blockManager();
        }

        private static Collection<BlockId> cached() {
            return CollectionConverters.asJavaCollection(
                    blocks().getMatchingBlockIds(new AbstractFunction1<BlockId, Object>() {
                        @Override
                        public Object apply(BlockId block) {
                            return block.isRDD();
                        }
                    }));
        }

        private static void garble(int partition) {
            BlockId block = cached().stream()
                    .filter(id -> id.asRDDId().get().splitIndex() == partition)
                    .findFirst()
                    .orElseThrow();
            Iterator<Object> chunks = CollectionConverters.asJava(
                    blocks().getLocalValues(block).get().data());
            Rows.Dense first = (Rows.Dense) ((Chunk) chunks.next()).features();
            Arrays.fill(first.values(), Float.NaN);
            chunks.forEachRemaining(chunk -> {}); // its end gives the block back
        }
    }
}
