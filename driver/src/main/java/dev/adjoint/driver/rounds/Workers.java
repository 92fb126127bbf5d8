package dev.adjoint.driver.rounds;

import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Sum;
import dev.adjoint.worker.Work;
import java.io.Serializable;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The work of many passes, broadcast once, and in each executor what was laid out for it: a task borrows one and gives it back,
 * so memory is laid out once and not in each pass.
 */
public final class Workers<B, S extends Sum<S>> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Work<B, S> work;
    private transient @Nullable ArrayDeque<ShardWork<B, S>> idle;

    /** Nothing is laid out before it is borrowed. */
    public Workers(Work<B, S> work) {
        this.work = work;
    }

    /** One that nobody else uses. */
    public ShardWork<B, S> borrow() {
        synchronized (this) {
            ShardWork<B, S> worker = idle == null ? null : idle.poll();
            if (worker != null) {
                return worker;
            }
        }
        return work.layOut();
    }

    /** Lets others have it. */
    public synchronized void giveBack(ShardWork<B, S> worker) {
        if (idle == null) {
            idle = new ArrayDeque<>();
        }
        idle.push(worker);
    }
}
