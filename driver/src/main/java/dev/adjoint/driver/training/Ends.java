package dev.adjoint.driver.training;

import dev.adjoint.worker.Vectors;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of this JVM came to in the stretch before, so that they need not be sent it anew. A JVM that has lost it, or is
 * new, is.
 */
final class Ends implements Serializable {
    private static final long serialVersionUID = 1L;

    private transient @Nullable Map<Integer, End> ofTasks;

    /** @param stretch the number of the one that ended so */
    private record End(long stretch, Vectors vectors) {}

    /** What a task has, if that is the end of this stretch; it may be changed, and is not kept any longer. */
    synchronized Optional<Vectors> take(int task, long stretch) {
        End end = ofTasks == null ? null : ofTasks.remove(task);
        return end == null || end.stretch() != stretch ? Optional.empty() : Optional.of(end.vectors());
    }

    synchronized void keep(int task, long stretch, Vectors vectors) {
        if (ofTasks == null) {
            ofTasks = new HashMap<>();
        }
        ofTasks.put(task, new End(stretch, vectors));
    }
}
