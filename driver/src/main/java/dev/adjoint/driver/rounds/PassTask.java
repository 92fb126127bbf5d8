package dev.adjoint.driver.rounds;

import dev.adjoint.worker.Chunk;
import dev.adjoint.worker.PartitionSum;
import dev.adjoint.worker.ShardWork;
import dev.adjoint.worker.Sum;
import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction2;

/**
 * What one task of a pass does with its partition. A named class and no lambda: Spark reads the class files of a lambda's
 * surroundings in every job to see what it captures, which took a third of a round without work.
 */
final class PassTask<B, S extends Sum<S>> extends AbstractFunction2<TaskContext, Iterator<Chunk>, PartitionSum<S>>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<Workers<B, S>> workers;
    private final Numerics numerics;
    private final Broadcast<B> begin;

    PassTask(Broadcast<Workers<B, S>> workers, Numerics numerics, Broadcast<B> begin) {
        this.workers = workers;
        this.numerics = numerics;
        this.begin = begin;
    }

    @Override
    public PartitionSum<S> apply(TaskContext context, Iterator<Chunk> chunks) {
        return compute(CollectionConverters.asJava(chunks));
    }

    PartitionSum<S> compute(java.util.Iterator<Chunk> chunks) {
        numerics.tell();
        ShardWork<B, S> worker = workers.value().borrow();
        PartitionSum<S> sum = PartitionSum.of(chunks, worker, begin.value());
        sum.nodes().forEach(node -> node.sum().keep()); // before another task has the worker
        workers.value().giveBack(worker);
        return sum;
    }
}
