package dev.adjoint.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Layers, losses and the like by name, with options: ours are constants and records with short names, a user's are classes.
 * Options are the components of a record and can only be numbers, flags, texts and enum constants, so a file makes nothing
 * else.
 *
 * @param kind the key of the name among the options
 * @param users what a user's class implements
 * @param ours by name: constants, classes, or records whose options are the defaults
 * @param withOptions the classes that are meant by the names of constants where options are said
 */
public record Named<T>(
        String kind,
        Class<T> type,
        Class<? extends T> users,
        Map<String, Object> ours,
        Map<String, Class<?>> withOptions) {
    static final Named<Layer> LAYERS = new Named<>("layer", Layer.class, layers());
    static final Named<Loss> LOSSES = new Named<>(
            "loss",
            Loss.class,
            Loss.class,
            losses(),
            Map.of(
                    id(StandardLoss.SOFTMAX_CROSS_ENTROPY), SoftmaxCrossEntropy.class,
                    id(StandardLoss.BINARY_CROSS_ENTROPY), BinaryCrossEntropy.class));

    /** Where options make no difference to what a constant's name means. */
    public Named(String kind, Class<T> type, Class<? extends T> users, Map<String, Object> ours) {
        this(kind, type, users, ours, Map.of());
    }

    /** The same, where a user's class may be any of the type. */
    public Named(String kind, Class<T> type, Map<String, Object> ours) {
        this(kind, type, type, ours);
    }

    /** In the order that a message lists them. */
    private static Map<String, Object> layers() {
        Map<String, Object> layers = new LinkedHashMap<>();
        layers.put("affine", Affine.class);
        layers.put("residual", Residual.class);
        layers.put("activation", Activated.class);
        layers.put("prelu", Prelu.class);
        layers.put("batch-norm", BatchNorm.class);
        layers.put("layer-norm", LayerNorm.class);
        layers.put("scale", Scale.class);
        layers.put("periodic", Periodic.class);
        layers.put("piecewise", Piecewise.class);
        layers.put("embedding", Embedding.class);
        layers.put("dropout", Dropout.class);
        layers.put("noise", Noise.class);
        return layers;
    }

    private static Map<String, Object> losses() {
        Map<String, Object> losses = new LinkedHashMap<>();
        for (StandardLoss loss : StandardLoss.values()) {
            losses.put(id(loss), loss);
        }
        losses.put("quantile", Quantile.class);
        losses.put("poisson", Poisson.class);
        losses.put("hinge", Hinge.class);
        return losses;
    }

    /** {@code leaky-relu} for {@code LEAKY_RELU}. */
    static String id(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What {@link #find} finds it by: its name, or an object of its name and its options where it has some. */
    public JsonNode json(T named) {
        String name = name(named);
        List<RecordComponent> components = components(named.getClass());
        if (components.isEmpty()) {
            return TextNode.valueOf(name);
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put(kind, name);
        for (RecordComponent component : components) {
            Object value = read(named, component);
            Object said = value instanceof Enum<?> constant ? id(constant) : value;
            Default usual = component.getAnnotation(Default.class);
            boolean unwritten =
                    usual != null && !usual.written() && said.toString().equals(usual.value());
            if (!unwritten) {
                json.putPOJO(component.getName(), said);
            }
        }
        return json;
    }

    /** What it is called without its options. */
    public String name(T named) {
        return Stream.concat(ours.entrySet().stream(), withOptions.entrySet().stream())
                .filter(entry -> entry.getValue().equals(named)
                        || (named instanceof Record && shape(entry.getValue()).equals(named.getClass())))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(named.getClass().getName());
    }

    private static Object read(Object record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("%s cannot be read".formatted(component), e);
        }
    }

    /**
     * What a name, or an object of a name and options, describes. A class is not initialised before it is known to be of the
     * type.
     *
     * @throws IllegalArgumentException when there is none, saying what there is
     */
    public T find(JsonNode json) {
        JsonNode name = json.isObject() ? json.path(kind) : json;
        if (!name.isTextual()) {
            throw new IllegalArgumentException(
                    "%s: expected a name, or an object with the key %s, not %s".formatted(kind, kind, json));
        }
        Map<String, JsonNode> options = new LinkedHashMap<>();
        if (json.isObject()) {
            json.properties().forEach(option -> options.put(option.getKey(), option.getValue()));
            options.remove(kind);
        }
        Object found = options.isEmpty() ? null : withOptions.get(name.asText());
        if (found == null) {
            found = ours.get(name.asText());
        }
        if (found == null) {
            found = userClass(name.asText());
        }
        Class<?> shape = shape(found);
        List<String> known =
                components(shape).stream().map(RecordComponent::getName).toList();
        TreeSet<String> unknown = new TreeSet<>(options.keySet());
        known.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("%s %s has no option %s%s"
                    .formatted(kind, name.asText(), unknown.first(), known.isEmpty() ? "" : "; it has " + known));
        }
        if (found instanceof Record usual) {
            for (RecordComponent component : components(shape)) {
                options.computeIfAbsent(
                        component.getName(), n -> TextNode.valueOf(String.valueOf(read(usual, component))));
            }
        }
        return type.cast(shape.isRecord() || found instanceof Class<?> ? make(shape, name.asText(), options) : found);
    }

    private static Class<?> shape(Object ours) {
        return ours instanceof Class<?> c ? c : ours.getClass();
    }

    private Class<? extends T> userClass(String name) {
        if (!name.contains(".")) {
            throw new IllegalArgumentException("%s %s: expected one of %s, or the name of a class"
                    .formatted(kind, name, String.join(", ", ours.keySet())));
        }
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            Class<? extends T> found = Class.forName(name, false, loader).asSubclass(users);
            if (!Modifier.isPublic(found.getModifiers())) {
                throw new IllegalArgumentException("%s %s: the class is not public".formatted(kind, name));
            }
            return found;
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(
                    "%s %s: there is no such class; give its jar with --jars".formatted(kind, name), e);
        } catch (ClassCastException e) {
            throw new IllegalArgumentException(
                    "%s %s: the class does not implement %s".formatted(kind, name, users.getName()), e);
        }
    }

    private Object make(Class<?> found, String name, Map<String, JsonNode> options) {
        List<RecordComponent> components = components(found);
        Object[] values = components.stream()
                .map(component -> value(component, name, options.get(component.getName())))
                .toArray();
        try {
            Constructor<?> constructor = found.getConstructor(
                    components.stream().map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new IllegalArgumentException("%s %s: %s".formatted(kind, name, refused.getMessage()), e);
            }
            throw unusable(name, e);
        } catch (ReflectiveOperationException e) {
            throw unusable(name, e);
        }
    }

    private IllegalArgumentException unusable(String name, Exception e) {
        return new IllegalArgumentException(
                "%s %s: the class needs to be a record, or to have a public constructor without arguments, that succeeds"
                        .formatted(kind, name),
                e);
    }

    private Object value(RecordComponent component, String name, @Nullable JsonNode given) {
        Default usual = component.getAnnotation(Default.class);
        JsonNode json = given == null && usual != null ? TextNode.valueOf(usual.value()) : given;
        if (json == null) {
            throw new IllegalArgumentException(
                    "%s %s: the option %s is not set".formatted(kind, name, component.getName()));
        }
        String text = json.isValueNode() ? json.asText() : "";
        Class<?> wanted = component.getType();
        Function<String, Object> parse = PARSERS.get(wanted);
        try {
            if (parse != null && !text.isEmpty()) {
                return parse.apply(text);
            }
        } catch (IllegalArgumentException e) {
            throw refused(component, name, EXPECTED.get(wanted), json);
        }
        if (wanted.isEnum()) {
            List<Enum<?>> constants = Arrays.stream(wanted.getEnumConstants())
                    .<Enum<?>>map(constant -> (Enum<?>) constant)
                    .toList();
            return constants.stream()
                    .filter(constant -> id(constant).equals(text))
                    .findFirst()
                    .orElseThrow(() -> refused(
                            component,
                            name,
                            "one of " + constants.stream().map(Named::id).toList(),
                            json));
        }
        throw refused(component, name, EXPECTED.getOrDefault(wanted, "nothing: an option cannot be a " + wanted), json);
    }

    private static final Map<Class<?>, Function<String, Object>> PARSERS = Map.of(
            int.class, Integer::valueOf,
            long.class, Long::valueOf,
            double.class, Named::number,
            boolean.class, Named::flag,
            String.class, text -> text);
    private static final Map<Class<?>, String> EXPECTED = Map.of(
            int.class, "a whole number",
            long.class, "a whole number",
            double.class, "a number",
            boolean.class, "true or false",
            String.class, "a text");

    private static Object number(String text) {
        double number = Double.parseDouble(text);
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException(text);
        }
        return number;
    }

    private static Object flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
        }
        return text.equals("true");
    }

    private IllegalArgumentException refused(
            RecordComponent component, String name, @Nullable String expected, JsonNode json) {
        return new IllegalArgumentException(
                "%s %s: %s: expected %s, not %s".formatted(kind, name, component.getName(), expected, json));
    }

    private static List<RecordComponent> components(Class<?> type) {
        return type.isRecord() ? List.of(type.getRecordComponents()) : List.of();
    }
}
