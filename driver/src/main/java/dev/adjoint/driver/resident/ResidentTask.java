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

/** What one task does. A named class, as a pass's task is. */
final class ResidentTask<B extends Serializable, S, R> extends AbstractFunction1<Iterator<Chunk>, Iterator<Located<R>>>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<ResidentWork<B, S, R>> work;
    private final B begin;
    private final Broadcast<S> state;
    private final Exchange.Plan plan;

    ResidentTask(Broadcast<ResidentWork<B, S, R>> work, B begin, Broadcast<S> state, Exchange.Plan plan) {
        this.work = work;
        this.begin = begin;
        this.state = state;
        this.plan = plan;
    }

    @Override
    public Iterator<Located<R>> apply(Iterator<Chunk> rows) {
        List<Chunk> chunks = new ArrayList<>();
        CollectionConverters.asJava(rows).forEachRemaining(chunks::add);
        try (Exchange exchange = Exchange.open(BarrierTaskContext.get(), plan)) {
            R result = work.value().run(begin, state::value, chunks, exchange);
            return CollectionConverters.asScala(List.of(new Located<>(exchange.executor(), exchange.address(), result))
                    .iterator());
        }
    }
}
