package dev.adjoint.autodiff.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work on one thing at once, a part each, where to wake a sleeping thread would take longer than the part. One
 * leads and gives orders; the others {@link #serve}. Whoever waits spins at first, and naps when it has waited for long.
 */
public final class Crew {
    /** Without others. */
    public static final Crew ALONE = new Crew(1);

    private static final int SPINS = 1_000;
    private static final int YIELDS = 1_000;
    /** Longer by as much at each turn, up to the longest. */
    private static final long NAP_NANOS = 5_000;

    private static final long LONGEST_NAP_NANOS = 1_000_000;

    private final int size;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    /** How many orders each member has obeyed; an element belongs to its thread. */
    private final long[] obeyed;

    private @Nullable IntConsumer order;
    private volatile long orders;
    private volatile int meetings;

    /** Of so many members, the leader among them. */
    public Crew(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a crew of " + size);
        }
        this.size = size;
        this.obeyed = new long[size];
    }

    public int size() {
        return size;
    }

    /**
     * Has every member do its part, the leader, who calls this, the first; returns when all have. What a part throws is thrown
     * then.
     */
    public void run(IntConsumer part) {
        if (size == 1) {
            part.accept(0);
            return;
        }
        order(part);
        obey(part, 0);
        awaitOthers();
        Throwable failed = failure.getAndSet(null);
        arrived.set(0);
        if (failed instanceof Error error) {
            throw error;
        }
        if (failed instanceof RuntimeException exception) {
            throw exception;
        }
        if (failed != null) {
            throw new IllegalStateException(failed); // a checked one, which none should declare
        }
    }

    /** Sends the others home: {@link #serve} returns. */
    public void dismiss() {
        if (size > 1) {
            order(null);
            awaitOthers();
        }
    }

    private void order(@Nullable IntConsumer part) {
        done.set(0);
        order = part;
        long next = orders + 1;
        orders = next; // by the leader alone; publishes the order
    }

    private void awaitOthers() {
        for (int turns = 0; done.get() < size - 1; turns++) {
            pause(turns);
        }
    }

    /** Does what the leader orders, until it dismisses; as member {@code member}, from 1 on. */
    public void serve(int member) {
        while (true) {
            for (int turns = 0; orders == obeyed[member]; turns++) {
                pause(turns);
            }
            obeyed[member]++;
            IntConsumer part = order;
            if (part != null) {
                obey(part, member);
            }
            done.incrementAndGet();
            if (part == null) {
                return;
            }
        }
    }

    private void obey(IntConsumer part, int member) {
        try {
            part.accept(member);
        } catch (DesertedException e) {
            // Another one's failure, which is known.
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Within a part: returns when all members have come to it. What they wrote before can then be read by all. */
    public void meet() {
        int meeting = meetings;
        if (arrived.incrementAndGet() == size) {
            arrived.set(0);
            meetings = meeting + 1; // by the last alone
            return;
        }
        for (int turns = 0; meetings == meeting; turns++) {
            if (failure.get() != null) {
                throw new DesertedException();
            }
            pause(turns);
        }
    }

    /** Thrown out of a part whose others will not come. */
    private static final class DesertedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @SuppressWarnings("ThreadPriorityCheck") // a yield that does nothing is a spin
    private static void pause(int turns) {
        if (turns < SPINS) {
            Thread.onSpinWait();
        } else if (turns < SPINS + YIELDS) {
            Thread.yield(); // where there are fewer cores than members
        } else {
            LockSupport.parkNanos(Math.min(LONGEST_NAP_NANOS, NAP_NANOS * (turns - SPINS - YIELDS + 1)));
        }
    }
}
