package dev.adjoint.driver.resident;

import dev.adjoint.worker.Chunk;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** What a task does before there are sums: its JVM learns the secret, and tells where it takes letters. A result is not made. */
final class Introduction extends AbstractFunction1<Iterator<Chunk>, Iterator<Located<Boolean>>>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Exchange.Plan plan;

    Introduction(Exchange.Plan plan) {
        this.plan = plan;
    }

    @Override
    public Iterator<Located<Boolean>> apply(Iterator<Chunk> rows) {
        return CollectionConverters.asScala(
                List.of(Exchange.introduce(BarrierTaskContext.get(), plan)).iterator());
    }
}
