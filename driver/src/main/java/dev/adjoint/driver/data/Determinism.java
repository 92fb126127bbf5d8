package dev.adjoint.driver.data;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Nondeterministic;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Whether a query gives the same rows each time. MLlib declares functions of its transformers not to be deterministic (those of {@code
 * VectorAssembler}, say) to have them called once a row; they are.
 */
final class Determinism {
    private static final String MLLIB = "org.apache.spark.ml.";

    private Determinism() {}

    static boolean of(Dataset<Row> rows) {
        return of(rows.queryExecution().analyzed());
    }

    private static boolean of(LogicalPlan plan) {
        return plan.deterministic()
                || (CollectionConverters.asJava(plan.expressions()).stream().allMatch(Determinism::of)
                        && CollectionConverters.asJava(plan.children()).stream().allMatch(Determinism::of));
    }

    private static boolean of(Expression expression) {
        if (expression.deterministic()) {
            return true;
        }
        List<Expression> arguments = CollectionConverters.asJava(expression.children());
        if (!arguments.stream().allMatch(Determinism::of)) {
            return false;
        }
        if (expression instanceof ScalaUDF function && !function.udfDeterministic()) {
            return function.function().getClass().getName().startsWith(MLLIB);
        }
        // Of others, what is not deterministic in itself has arguments that are.
        return !(expression instanceof Nondeterministic)
                && arguments.stream().anyMatch(argument -> !argument.deterministic());
    }
}
