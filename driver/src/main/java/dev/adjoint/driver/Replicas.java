package dev.adjoint.driver;

import dev.adjoint.autodiff.Program;
import dev.adjoint.worker.Replica;
import java.io.Serializable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The objective's program, broadcast once for a training, and in each executor the replicas that were made of it: a task
 * borrows one and gives it back, so their memory is laid out once and not in each round.
 */
final class Replicas implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Program objective;
    private transient @Nullable ArrayDeque<Replica> idle;

    Replicas(Program objective) {
        this.objective = objective;
    }

    Replica borrow() {
        synchronized (this) {
            Replica replica = idle == null ? null : idle.poll();
            if (replica != null) {
                return replica;
            }
        }
        return new Replica(objective);
    }

    synchronized void giveBack(Replica replica) {
        if (idle == null) {
            idle = new ArrayDeque<>();
        }
        idle.push(replica);
    }
}
