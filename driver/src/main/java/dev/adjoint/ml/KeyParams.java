package dev.adjoint.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.adjoint.driver.settings.Key;
import dev.adjoint.driver.settings.Keys;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.runtime.AbstractFunction1;

/** The Params of one object that stand for keys, made when they are first asked for. */
public final class KeyParams implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .build();
    private static final Pattern AFTER_SIGN = Pattern.compile("[-.](.)");
    /** What a Param's name leaves out. */
    private static final Pattern FIRST = Pattern.compile("^(data|model|training)\\.");

    private final Params owner;
    private final Map<String, Param<?>> byKey = new TreeMap<>();

    KeyParams(Params owner) {
        this.owner = owner;
    }

    /** What a key's Param is called. */
    static String name(Key<?> key) {
        return AFTER_SIGN.matcher(FIRST.matcher(key.name()).replaceFirst("")).replaceAll(sign -> sign.group(1)
                .toUpperCase(java.util.Locale.ROOT));
    }

    Param<String> text(Key<?> key) {
        return param(key, new Param<>(owner.uid(), name(key), doc(key), new Valid<>(key)));
    }

    StringArrayParam texts(Key<?> key) {
        return param(key, new StringArrayParam(owner, name(key), doc(key), new Valid<>(key)));
    }

    DoubleParam number(Key<?> key) {
        return param(key, new DoubleParam(owner.uid(), name(key), doc(key), new Valid<>(key)));
    }

    IntParam integer(Key<?> key) {
        return param(key, new IntParam(owner.uid(), name(key), doc(key), new Valid<>(key)));
    }

    LongParam whole(Key<?> key) {
        return param(key, new LongParam(owner.uid(), name(key), doc(key), new Valid<>(key)));
    }

    BooleanParam flag(Key<?> key) {
        return param(key, new BooleanParam(owner.uid(), name(key), doc(key)));
    }

    IntArrayParam integers(Key<?> key) {
        return param(key, new IntArrayParam(owner, name(key), doc(key), new Valid<>(key)));
    }

    /** The one that there is already, so that a Param is one object. */
    @SuppressWarnings("unchecked") // a key has one kind of Param
    private synchronized <P extends Param<?>> P param(Key<?> key, P made) {
        Param<?> earlier = byKey.putIfAbsent(key.name(), made);
        return earlier == null ? made : (P) earlier;
    }

    private static String doc(Key<?> key) {
        return "%s (%s%s)".formatted(key.meaning(), key, key.usual() == null ? "" : "; default: " + key.usual());
    }

    @SuppressWarnings("unchecked") // Scala's numbers are objects to Java
    <E> E set(E self, Param<?> param, Object value) {
        owner.set((Param<Object>) param, value);
        return self;
    }

    /** What was set, as a job file would say it, by the names of keys. */
    Map<String, Object> raw() {
        Map<String, Object> raw = new LinkedHashMap<>();
        for (Key<?> key : Keys.ALL) {
            if (owner.hasParam(name(key))) {
                Param<Object> param = owner.getParam(name(key));
                if (owner.isSet(param)) {
                    raw.put(key.name(), raw(owner.getOrDefault(param)));
                }
            }
        }
        return raw;
    }

    private static Object raw(Object value) {
        if (value instanceof String[] texts) {
            return List.of(texts);
        }
        if (value instanceof int[] integers) {
            return IntStream.of(integers).boxed().toList();
        }
        String text = value.toString();
        if (!(value instanceof String) || !(text.startsWith("[") || text.startsWith("{"))) {
            return value;
        }
        try {
            return JSON.readValue(text, Object.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "expected JSON, as in [{\"layer\": \"affine\", \"units\": 16}], not " + text, e);
        }
    }

    /** Lets the key's own parser say what is wrong. */
    private static final class Valid<T> extends AbstractFunction1<T, Object> implements Serializable {
        private static final long serialVersionUID = 1L;

        private final String key;

        Valid(Key<?> key) {
            this.key = key.name();
        }

        @Override
        public Object apply(T value) {
            Key<?> own = Keys.ALL.stream()
                    .filter(other -> other.name().equals(key))
                    .findFirst()
                    .orElseThrow();
            try {
                own.parser().parse(raw(value));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("%s: %s".formatted(name(own), e.getMessage()), e);
            }
            return true;
        }
    }
}
