package dev.adjoint.driver.data;

import dev.adjoint.model.features.Features;
import dev.adjoint.model.features.Label;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a data set that matter, and what each is used as.
 *
 * @param target the label's column, null where there is none; read it by {@link #label}, which is no component since an
 *     Optional does not travel
 */
record Columns(List<Use> features, @Nullable Use target) implements Serializable {
    /** What a column is used as. {@code AUTO}: a text column whose values will tell. */
    public enum Kind {
        NUMBER,
        VECTOR,
        /** A vector of mostly zeros. */
        SPARSE,
        CATEGORY,
        AUTO
    }

    /**
     * One column.
     *
     * @param index its place in the row
     * @param type what Spark holds in it
     */
    public record Use(String name, int index, DataType type, Kind kind) implements Serializable {
        Use as(Kind decided) {
            return new Use(name, index, type, decided);
        }
    }

    public Columns {
        features = List.copyOf(features);
    }

    /** Whether rows are read as their entries. */
    boolean areSparse() {
        return features.stream().anyMatch(use -> use.kind() == Kind.SPARSE);
    }

    /** The label's column. */
    Optional<Use> label() {
        return Optional.ofNullable(target);
    }

    /**
     * The columns of training data.
     *
     * @param features names, empty for all but the label
     * @param categorical names of columns to take as categories whatever they hold
     * @throws DataException when a name is not in the schema, or a type cannot be used
     */
    static Columns forTraining(StructType schema, String label, List<String> features, List<String> categorical) {
        int labelIndex = index(schema, label, "the label column");
        List<String> names = features.isEmpty()
                ? dataColumns(schema).stream()
                        .filter(name -> !name.equals(label))
                        .toList()
                : features;
        if (names.isEmpty()) {
            throw new DataException("there is no feature: the only column is the label \"" + label + "\"");
        }
        if (names.contains(label)) {
            throw new DataException("data.features names the label column \"" + label + "\"");
        }
        categorical.forEach(name -> index(schema, name, "the column of data.categorical"));
        Set<String> categories = Set.copyOf(categorical);
        List<Use> uses = new ArrayList<>();
        for (String name : names) {
            int index = index(schema, name, "the feature column");
            Kind kind = kind(schema.fields()[index]);
            uses.add(new Use(
                    name, index, schema.fields()[index].dataType(), categories.contains(name) ? Kind.CATEGORY : kind));
        }
        Use labelUse =
                new Use(label, labelIndex, schema.fields()[labelIndex].dataType(), kind(schema.fields()[labelIndex]));
        if (labelUse.kind() == Kind.VECTOR) {
            throw new DataException("the label column \"" + label + "\" holds vectors, expected numbers or text");
        }
        return new Columns(uses, labelUse);
    }

    /** The columns that a model needs, found by name in new data; the label where it is wanted. */
    static Columns forScoring(StructType schema, Features features, Label label, boolean withLabel) {
        List<Use> uses = new ArrayList<>();
        for (Features.Column column : features.columns()) {
            int index = index(schema, column.name(), "the feature column");
            Kind found = kind(schema.fields()[index]);
            Kind kind = found == Kind.AUTO ? Kind.NUMBER : found;
            if (column instanceof Features.Categorical) {
                kind = Kind.CATEGORY;
            } else if (column instanceof Features.Sparse && found == Kind.VECTOR) {
                kind = Kind.SPARSE;
            }
            uses.add(new Use(column.name(), index, schema.fields()[index].dataType(), kind));
        }
        if (!withLabel) {
            return new Columns(uses, null);
        }
        int index = index(schema, label.column(), "the label column");
        Kind kind = label instanceof Label.Real ? Kind.NUMBER : kind(schema.fields()[index]);
        return new Columns(uses, new Use(label.column(), index, schema.fields()[index].dataType(), kind));
    }

    /**
     * Where the data has a column.
     *
     * @param what it is, for the message
     * @throws DataException when it has none of that name
     */
    static int index(StructType schema, String name, String what) {
        List<String> names = dataColumns(schema);
        if (!names.contains(name)) {
            throw new DataException("%s \"%s\" is not in the data; the nearest names are %s (of %d columns)"
                    .formatted(what, name, Names.nearest(name, names), names.size()));
        }
        return schema.fieldIndex(name);
    }

    /** The names of the columns that are not {@link Reader#ADDED}. */
    static List<String> dataColumns(StructType schema) {
        return Arrays.stream(schema.fieldNames())
                .filter(name -> !Reader.ADDED.contains(name))
                .toList();
    }

    private static Kind kind(StructField field) {
        DataType type = field.dataType();
        if (type instanceof NumericType || type instanceof BooleanType) {
            return Kind.NUMBER;
        }
        if (type instanceof StringType) {
            return Kind.AUTO;
        }
        boolean vector = type.equals(SQLDataTypes.VectorType())
                || (type instanceof ArrayType array && array.elementType() instanceof NumericType);
        if (vector) {
            return Kind.VECTOR;
        }
        throw new DataException(
                "column \"%s\" has the type %s, expected numbers, text, arrays of numbers or ML vectors; leave it out by naming the others in data.features"
                        .formatted(field.name(), type.simpleString()));
    }
}
