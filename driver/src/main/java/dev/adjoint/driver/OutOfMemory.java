package dev.adjoint.driver;

import org.apache.spark.ExceptionFailure;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/** What is said and done when there is no memory left. */
public final class OutOfMemory {
    /** What Spark's processes exit with then. */
    public static final int EXIT_CODE = 52;

    private OutOfMemory() {}

    /** What is said. */
    public static String sentence() {
        return ("out of memory: a heap of %,d MB is too small for this; raise it (--driver-memory where the master is local,"
                        + " --executor-memory as well on a cluster), or lower model.hidden, training.batch-size or the number of features")
                .formatted(Runtime.getRuntime().maxMemory() >> 20);
    }

    /** Whether that is what something failed of, here or on an executor. */
    public static boolean caused(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof OutOfMemoryError
                    || message.contains(OutOfMemoryError.class.getName())
                    || message.contains("exited with code " + EXIT_CODE)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Says it where tasks run in the driver's process: Spark ends that at once when one has no memory, and no code of ours comes
     * to say it later.
     */
    public static final class Plugin implements SparkPlugin {
        @Override
        public @Nullable DriverPlugin driverPlugin() {
            return null;
        }

        @Override
        public ExecutorPlugin executorPlugin() {
            return new ExecutorPlugin() {
                @Override
                public void onTaskFailed(TaskFailedReason reason) {
                    if (reason instanceof ExceptionFailure failure
                            && failure.className().equals(OutOfMemoryError.class.getName())) {
                        System.err.println("error: " + sentence());
                    }
                }
            };
        }
    }
}
