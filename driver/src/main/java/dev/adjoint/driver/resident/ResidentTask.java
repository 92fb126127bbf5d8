package dev.adjoint.driver.resident;

import dev.adjoint.worker.Chunk;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What one task does, as long as there is something to do. A named class, as a pass's task is. */
final class ResidentTask<B extends Serializable, S, R> extends AbstractFunction1<Iterator<Chunk>, Iterator<Boolean>>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<ResidentWork<B, S, R>> work;
    private final B begin;
    private final Broadcast<S> state;
    private final Exchange.Plan plan;
    private final Desk.Address desk;

    ResidentTask(
            Broadcast<ResidentWork<B, S, R>> work, B begin, Broadcast<S> state, Exchange.Plan plan, Desk.Address desk) {
        this.work = work;
        this.begin = begin;
        this.state = state;
        this.plan = plan;
        this.desk = desk;
    }

    @Override
    public Iterator<Boolean> apply(Iterator<Chunk> rows) {
        List<Chunk> chunks = new ArrayList<>();
        CollectionConverters.asJava(rows).forEachRemaining(chunks::add);
        BarrierTaskContext context = BarrierTaskContext.get();
        Parcels<B, R> parcels = new Parcels<>();
        try (Exchange exchange = Exchange.open(context, plan)) {
            Desk.Line line = desk.connect(context.partitionId());
            B next = begin;
            while (true) {
                R result = work.value().run(next, state::value, chunks, exchange);
                Located<R> located = new Located<>(exchange.executor(), exchange.address(), result);
                byte[] bytes = line.bring(parcels.pack(located), context::killTaskIfInterrupted);
                if (bytes.length == 0) {
                    return CollectionConverters.asScala(List.<Boolean>of().iterator());
                }
                next = parcels.begin(bytes);
            }
        }
    }
}
