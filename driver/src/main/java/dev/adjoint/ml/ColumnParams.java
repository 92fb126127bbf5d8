package dev.adjoint.ml;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.runtime.AbstractFunction1;

/** The Params of one object that name columns and say what is done with them, made when they are first asked for. */
public final class ColumnParams implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Params owner;
    private final Map<String, Param<?>> byName = new TreeMap<>();

    ColumnParams(Params owner) {
        this.owner = owner;
    }

    Param<String> text(String name, String doc) {
        return param(new Param<>(owner.uid(), name, doc));
    }

    StringArrayParam texts(String name, String doc) {
        return param(new StringArrayParam(owner, name, doc));
    }

    Param<String> choice(String name, String doc, String... values) {
        return param(new Param<>(owner.uid(), name, doc, new OneOf(name, List.of(values))));
    }

    DoubleArrayParam numbers(String name, String doc) {
        return param(new DoubleArrayParam(owner, name, doc, new NotNegative(name)));
    }

    @SuppressWarnings("unchecked") // a name has one kind of Param
    private synchronized <P extends Param<?>> P param(P made) {
        Param<?> earlier = byName.putIfAbsent(made.name(), made);
        return earlier == null ? made : (P) earlier;
    }

    <S, T> S set(S self, Param<T> param, T value) {
        owner.set(param, value);
        return self;
    }

    <T> T get(Param<T> param) {
        return owner.getOrDefault(param);
    }

    private static final class OneOf extends AbstractFunction1<String, Object> implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String name;
        private final List<String> values;

        OneOf(String name, List<String> values) {
            this.name = name;
            this.values = values;
        }

        @Override
        public Object apply(String value) {
            if (!values.contains(value)) {
                throw new IllegalArgumentException("%s: expected one of %s, not %s".formatted(name, values, value));
            }
            return true;
        }
    }

    private static final class NotNegative extends AbstractFunction1<double[], Object> implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String name;

        NotNegative(String name) {
            this.name = name;
        }

        @Override
        public Object apply(double[] values) {
            if (!Arrays.stream(values).allMatch(value -> value >= 0 && Double.isFinite(value))) {
                throw new IllegalArgumentException(
                        "%s: expected numbers of 0 or more, not %s".formatted(name, Arrays.toString(values)));
            }
            return true;
        }
    }
}
