package dev.adjoint.rounds;

import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.Round;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Snapshot;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction2;

/**
 * What one task of a round does with its partition. A named class and no lambda: Spark reads the class files of a lambda's
 * surroundings in every job to see what it captures, which took a third of a round without work.
 */
final class RoundTask extends AbstractFunction2<TaskContext, Iterator<Chunk>, PartitionSum> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<Workers> workers;
    private final Arithmetic arithmetic;
    private final Broadcast<Snapshot> state;
    private final Round round;

    RoundTask(Broadcast<Workers> workers, Arithmetic arithmetic, Broadcast<Snapshot> state, Round round) {
        this.workers = workers;
        this.arithmetic = arithmetic;
        this.state = state;
        this.round = round;
    }

    @Override
    public PartitionSum apply(TaskContext context, Iterator<Chunk> chunks) {
        return compute(CollectionConverters.asJava(chunks));
    }

    PartitionSum compute(java.util.Iterator<Chunk> chunks) {
        arithmetic.tell();
        ShardWork worker = workers.value().borrow();
        worker.load(state.value());
        PartitionSum sum = PartitionSum.of(chunks, worker, round);
        workers.value().giveBack(worker);
        return sum;
    }
}
