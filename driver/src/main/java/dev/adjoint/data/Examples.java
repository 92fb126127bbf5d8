package dev.adjoint.data;

import dev.adjoint.data.Columns.Kind;
import dev.adjoint.data.Columns.Use;
import dev.adjoint.model.Label;
import dev.adjoint.model.RawExample;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.jspecify.annotations.Nullable;

/**
 * Rows to raw examples.
 *
 * @param classType how class names are spelled; null for regression
 */
record Examples(Columns columns, Label.Classes.@Nullable Type classType) implements Serializable {
    RawExample read(InternalRow row) {
        double[] numbers = new double[columns.features().size()];
        List<String> texts = new ArrayList<>();
        int number = 0;
        for (Use use : columns.features()) {
            if (use.kind() == Kind.CATEGORY) {
                texts.add(Cells.text(row, use));
                continue;
            }
            double[] cell = use.kind() == Kind.VECTOR ? Cells.numbers(row, use) : null;
            int width = cell == null ? 1 : cell.length;
            if (number + width > numbers.length) {
                numbers = Arrays.copyOf(numbers, Math.max(2 * numbers.length, number + width));
            }
            if (cell == null) {
                numbers[number] = Cells.number(row, use);
            } else {
                System.arraycopy(cell, 0, numbers, number, width);
            }
            number += width;
        }
        return withLabel(row, Arrays.copyOf(numbers, number), texts.toArray(String[]::new));
    }

    private RawExample withLabel(InternalRow row, double[] numbers, String[] texts) {
        if (columns.label().isEmpty()) {
            return new RawExample(numbers, texts, null, 0);
        }
        Use use = columns.label().get();
        if (classType != null) {
            return new RawExample(numbers, texts, Cells.className(row, use, classType), 0);
        }
        return new RawExample(numbers, texts, null, Cells.number(row, use));
    }
}
