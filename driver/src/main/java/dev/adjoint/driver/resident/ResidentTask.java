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
final class ResidentTask<B, R> extends AbstractFunction1<Iterator<Chunk>, Iterator<Located<R>>>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<ResidentWork<B, R>> work;
    private final Broadcast<B> begin;
    private final Exchange.Plan plan;

    ResidentTask(Broadcast<ResidentWork<B, R>> work, Broadcast<B> begin, Exchange.Plan plan) {
        this.work = work;
        this.begin = begin;
        this.plan = plan;
    }

    @Override
    public Iterator<Located<R>> apply(Iterator<Chunk> rows) {
        List<Chunk> chunks = new ArrayList<>();
        CollectionConverters.asJava(rows).forEachRemaining(chunks::add);
        try (Exchange exchange = Exchange.open(BarrierTaskContext.get(), plan)) {
            R result = work.value().run(begin.value(), chunks, exchange);
            return CollectionConverters.asScala(List.of(new Located<>(exchange.executor(), exchange.address(), result))
                    .iterator());
        }
    }
}
