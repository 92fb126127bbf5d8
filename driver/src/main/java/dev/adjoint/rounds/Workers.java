package dev.adjoint.rounds;

import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Work;
import java.io.Serializable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The work of a training, broadcast once, and in each executor the replicas that were laid out for it: a task borrows one
 * and gives it back, so their memory is laid out once and not in each round.
 */
public final class Workers implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Work work;
    private transient @Nullable ArrayDeque<ShardWork> idle;

    public Workers(Work work) {
        this.work = work;
    }

    /** One that nobody else uses. */
    public ShardWork borrow() {
        synchronized (this) {
            ShardWork worker = idle == null ? null : idle.poll();
            if (worker != null) {
                return worker;
            }
        }
        return work.layOut();
    }

    /** Lets others have it. */
    public synchronized void giveBack(ShardWork worker) {
        if (idle == null) {
            idle = new ArrayDeque<>();
        }
        idle.push(worker);
    }
}
