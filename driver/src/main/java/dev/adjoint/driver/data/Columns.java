package dev.adjoint.driver.data;

import dev.adjoint.model.Texts;
import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The columns of a data set that matter, and what each is used as.
 *
 * @param labels the columns to predict, empty where that is not wanted
 * @param weights the column with the examples' weights, null where there is none; read it by {@link #weight}, which is no
 *     component since an Optional does not travel
 * @param difficulties the same of how hard they are, by {@link #difficulty}
 */
record Columns(
        List<Use> features,
        List<Use> labels,
        @Nullable Use weights,
        @Nullable Use difficulties) implements Serializable {
    /** What a column is used as. {@code AUTO}: a text column whose values will tell. */
    public enum Kind {
        NUMBER,
        VECTOR,
        /** A vector of mostly zeros. */
        SPARSE,
        CATEGORY,
        /** A date or a time. */
        DATE,
        AUTO,
        /** Nothing, for a reason that the column's note has. */
        NONE
    }

    /**
     * One column.
     *
     * @param index its place in the row
     * @param type what Spark holds in it
     * @param texts what its cells mean, where they are texts
     */
    public record Use(String name, int index, DataType type, Kind kind, Texts texts) implements Serializable {
        /** The type as Spark SQL calls it. */
        String sqlType() {
            return type.sql().toLowerCase(Locale.ROOT);
        }

        Use as(Kind decided) {
            return new Use(name, index, type, decided, texts);
        }
    }

    public Columns {
        features = List.copyOf(features);
        labels = List.copyOf(labels);
    }

    /** Whether rows are read as their entries. */
    boolean areSparse() {
        return features.stream().anyMatch(use -> use.kind() == Kind.SPARSE);
    }

    /** The column with the examples' weights. */
    Optional<Use> weight() {
        return Optional.ofNullable(weights);
    }

    /** The column that says how hard the examples are. */
    Optional<Use> difficulty() {
        return Optional.ofNullable(difficulties);
    }

    /** The same with other features. */
    Columns with(List<Use> others) {
        return new Columns(others, labels, weights, difficulties);
    }

    /**
     * The columns of training data.
     *
     * @throws DataException when a name is not in the schema, names contradict each other, or a type cannot be used
     */
    static Columns forTraining(StructType schema, TrainingData.Options options) {
        List<String> problems = new ArrayList<>();
        List<String> own = dataColumns(schema);
        options.labels().forEach(name -> missing(own, name, "the label column").ifPresent(problems::add));
        options.weight().ifPresent(name -> beside(own, name, "data.weight", options, problems));
        options.difficulty().ifPresent(name -> beside(own, name, "data.difficulty", options, problems));
        holdOut(own, options, problems);
        Set<String> reserved = new HashSet<>(options.labels());
        options.weight().ifPresent(reserved::add);
        options.difficulty().ifPresent(reserved::add);
        reserved.addAll(options.holdOut().columns());
        options.excluded().forEach(name -> {
            missing(own, name, "the column of data.exclude").ifPresent(problems::add);
            if (reserved.contains(name)) {
                problems.add(
                        "data.exclude names \"%s\", which is the label, the weight or the difficulty".formatted(name));
            } else if (options.features().contains(name)) {
                problems.add("data.exclude and data.features both name \"%s\"".formatted(name));
            }
        });
        reserved.addAll(options.excluded());
        List<String> names = options.features().isEmpty()
                ? own.stream().filter(name -> !reserved.contains(name)).toList()
                : options.features();
        options.features().forEach(name -> {
            missing(own, name, "the feature column").ifPresent(problems::add);
            if (options.labels().contains(name)) {
                problems.add("data.features names the label column \"" + name + "\"");
            }
        });
        options.categorical().forEach(name -> missing(own, name, "the column of data.categorical")
                .ifPresent(problems::add));
        if (names.isEmpty()) {
            problems.add("there is no feature: the only columns are %s".formatted(own));
        }
        refuse(problems);
        Set<String> categories = Set.copyOf(options.categorical());
        List<Use> uses = new ArrayList<>();
        for (String name : names) {
            StructField field = schema.apply(name);
            Kind kind = kind(field.dataType());
            if (kind == Kind.NONE) {
                problems.add(
                        "column \"%s\" has the type %s, expected numbers, text, dates, arrays of numbers or ML vectors; leave it out by data.exclude"
                                .formatted(name, field.dataType().simpleString()));
            }
            uses.add(use(schema, name, categories.contains(name) ? Kind.CATEGORY : kind, options.texts()));
        }
        List<Use> labels = new ArrayList<>();
        for (String name : options.labels()) {
            Kind kind = kind(schema.apply(name).dataType());
            boolean usable = kind == Kind.NUMBER
                    || kind == Kind.AUTO
                    || kind == Kind.CATEGORY
                    || (kind == Kind.DATE && options.classification());
            if (!usable) {
                problems.add("the label column \"%s\" has the type %s, expected numbers%s"
                        .formatted(
                                name,
                                schema.apply(name).dataType().simpleString(),
                                options.classification() ? ", dates or text" : ""));
            }
            labels.add(use(schema, name, Kind.AUTO, options.texts()));
        }
        refuse(problems);
        return new Columns(
                uses,
                labels,
                number(schema, options.weight(), options.texts()),
                number(schema, options.difficulty(), options.texts()));
    }

    private static @Nullable Use number(StructType schema, Optional<String> column, Texts texts) {
        return column.map(name -> use(schema, name, Kind.NUMBER, texts)).orElse(null);
    }

    /** A column that is used beside features and label is there, and is no label. */
    private static void beside(
            List<String> own, String name, String key, TrainingData.Options options, List<String> problems) {
        missing(own, name, "the column of " + key).ifPresent(problems::add);
        if (options.labels().contains(name)) {
            problems.add(key + " names the label column \"" + name + "\"");
        }
    }

    /** The columns that say what is held out are there, and nothing else. */
    private static void holdOut(List<String> own, TrainingData.Options options, List<String> problems) {
        HoldOut holdOut = options.holdOut();
        holdOut.split().ifPresent(name -> {
            missing(own, name, "the column of data.split").ifPresent(problems::add);
            if (options.features().contains(name)) {
                problems.add("data.features names the column of data.split \"" + name + "\"");
            }
        });
        holdOut.group().ifPresent(name -> {
            missing(own, name, "the column of data.group").ifPresent(problems::add);
            if (holdOut.split().filter(name::equals).isPresent()) {
                problems.add("data.group and data.split name the same column \"" + name + "\"");
            }
        });
        for (String name : holdOut.columns()) {
            if (options.labels().contains(name)) {
                problems.add("data.split or data.group names the label column \"" + name + "\"");
            }
        }
    }

    private static void refuse(List<String> problems) {
        if (problems.size() == 1) {
            throw new DataException(problems.get(0));
        }
        DataException.throwAll("the columns do not fit:", problems);
    }

    private static Use use(StructType schema, String name, Kind kind, Texts texts) {
        return new Use(name, schema.fieldIndex(name), schema.apply(name).dataType(), kind, texts);
    }

    /**
     * The columns that a model needs, found by name in new data; the label where it is wanted.
     *
     * @throws DataException when one is not there, or has a type that the model cannot take
     */
    static Columns forScoring(
            StructType schema,
            Features features,
            Label label,
            boolean withLabel,
            Optional<String> weight,
            Texts texts) {
        List<String> problems = new ArrayList<>();
        List<Use> uses = new ArrayList<>();
        List<String> own = dataColumns(schema);
        for (Features.Column column : features.columns()) {
            if (column instanceof Features.Constant && !own.contains(column.name())) {
                continue; // it makes no feature
            }
            int index = index(schema, column.name(), "the feature column");
            DataType type = schema.fields()[index].dataType();
            Kind found = kind(type);
            if (!takes(column, found)) {
                problems.add("column \"%s\" has the type %s, the model takes %s"
                        .formatted(column.name(), type.simpleString(), taken(column)));
            }
            Kind kind = found == Kind.VECTOR ? Kind.VECTOR : Kind.NUMBER;
            if (column instanceof Features.Categorical) {
                kind = Kind.CATEGORY;
            } else if (column instanceof Features.Constant) {
                kind = Kind.NONE;
            } else if (column instanceof Features.Dated) {
                kind = Kind.DATE;
            } else if (column instanceof Features.Sparse && found == Kind.VECTOR) {
                kind = Kind.SPARSE;
            }
            uses.add(use(schema, column.name(), kind, texts));
        }
        refuse(problems);
        List<Use> labels = new ArrayList<>();
        if (withLabel) {
            for (String name : label.columns()) {
                index(schema, name, "the label column");
                labels.add(use(schema, name, Kind.AUTO, texts));
            }
        }
        weight.ifPresent(name -> index(schema, name, "the column of data.weight"));
        return new Columns(uses, labels, number(schema, weight, texts), null);
    }

    /** As far as types tell: texts may be numbers and dates, and how long a vector is, its row tells. */
    private static boolean takes(Features.Column column, Kind found) {
        return switch (found) {
            case NONE -> column instanceof Features.Constant;
            case VECTOR -> !(column instanceof Features.Categorical || column instanceof Features.Dated);
            default -> column.numbers() <= 1;
        };
    }

    private static String taken(Features.Column column) {
        if (column instanceof Features.Categorical) {
            return "categories";
        }
        if (column instanceof Features.Dated) {
            return "dates";
        }
        return column.numbers() > 1 ? "vectors of %d numbers".formatted(column.numbers()) : "numbers";
    }

    private static Optional<String> missing(List<String> own, String name, String what) {
        return own.contains(name)
                ? Optional.empty()
                : Optional.of("%s \"%s\" is not in the data; the nearest names are %s (of %d columns)"
                        .formatted(what, name, Names.nearest(name, own), own.size()));
    }

    /**
     * Where the data has a column.
     *
     * @param what it is, for the message
     * @throws DataException when it has none of that name
     */
    static int index(StructType schema, String name, String what) {
        Option<Object> index = schema.getFieldIndex(name);
        if (index.isEmpty() || Reader.ADDED.contains(name)) {
            throw new DataException(missing(dataColumns(schema), name, what).orElse(name));
        }
        return (Integer) index.get();
    }

    /** The names of the columns that are not {@link Reader#ADDED}. */
    static List<String> dataColumns(StructType schema) {
        return Arrays.stream(schema.fieldNames())
                .filter(name -> !Reader.ADDED.contains(name))
                .toList();
    }

    /** Whether cells of a type are single values, of which equal ones may be put together. */
    static boolean isValue(DataType type) {
        return kind(type) != Kind.NONE && kind(type) != Kind.VECTOR;
    }

    private static Kind kind(DataType type) {
        if (type instanceof NumericType) {
            return Kind.NUMBER;
        }
        if (type instanceof BooleanType) {
            return Kind.CATEGORY;
        }
        if (type instanceof StringType) {
            return Kind.AUTO;
        }
        boolean vector = type.equals(SQLDataTypes.VectorType())
                || (type instanceof ArrayType array && array.elementType() instanceof NumericType);
        if (vector) {
            return Kind.VECTOR;
        }
        boolean date = type instanceof DateType || type instanceof TimestampType || type instanceof TimestampNTZType;
        return date ? Kind.DATE : Kind.NONE;
    }
}
