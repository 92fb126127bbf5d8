package dev.adjoint.ml;

import dev.adjoint.driver.data.Reader;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.FractionalType;
import org.jspecify.annotations.Nullable;

/** Which cells can be learned from: no infinity, and of vectors and arrays no gap. Other gaps are filled. */
final class UsableCells {
    private static final UserDefinedFunction USABLE_VECTOR =
            functions.udf((UDF1<@Nullable Vector, Boolean>) UsableCells::isUsable, DataTypes.BooleanType);

    private UsableCells() {}

    /** Whether a cell of a column is one. */
    static Column of(Dataset<Row> rows, String name) {
        Column column = rows.col(Reader.quoted(name));
        DataType type = rows.schema().apply(name).dataType();
        if (type.equals(SQLDataTypes.VectorType())) {
            return USABLE_VECTOR.apply(column);
        }
        if (type instanceof ArrayType) {
            return column.isNotNull().and(functions.forall(column, UsableCells::isNotInfinite));
        }
        return type instanceof FractionalType ? isNotInfinite(column) : functions.lit(true);
    }

    private static Column isNotInfinite(Column number) {
        Column size = functions.abs(number.cast(DataTypes.DoubleType));
        return functions.coalesce(size.notEqual(Double.POSITIVE_INFINITY), functions.lit(true));
    }

    private static boolean isUsable(@Nullable Vector vector) {
        return vector != null && Arrays.stream(vector.toSparse().values()).noneMatch(Double::isInfinite);
    }
}
