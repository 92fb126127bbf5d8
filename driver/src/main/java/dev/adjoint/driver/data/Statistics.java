package dev.adjoint.driver.data;

import dev.adjoint.model.features.Numbers;
import dev.adjoint.model.features.RawExample;
import dev.adjoint.worker.Moments;
import dev.adjoint.worker.Sum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What training learns of its examples before the first round: moments of the numbers, levels of the texts. */
final class Statistics implements Sum<Statistics>, Serializable {
    private static final long serialVersionUID = 1L;

    /** Of each number, and last of the target; null before the first example tells how many there are. */
    private @Nullable Moments moments;

    private final List<TreeSet<String>> levels = new ArrayList<>();

    void observe(RawExample example) {
        Numbers numbers = example.numbers();
        if (moments == null) {
            moments = new Moments(numbers.width() + 1);
        }
        for (int k = 0; k < numbers.values().length; k++) {
            moments.observe(numbers.places() == null ? k : numbers.places()[k], numbers.values()[k]);
        }
        moments.observe(numbers.width(), example.target());
        for (int i = 0; i < example.texts().length; i++) {
            levels(i).add(example.texts()[i]);
        }
    }

    @Override
    public void add(Statistics right) {
        if (moments == null) {
            moments = right.moments;
        } else if (right.moments != null) {
            moments.add(right.moments);
        }
        for (int i = 0; i < right.levels.size(); i++) {
            levels(i).addAll(right.levels.get(i));
        }
    }

    /** The levels of text {@code index}, sorted. */
    Set<String> levels(int index) {
        while (levels.size() <= index) {
            levels.add(new TreeSet<>());
        }
        return levels.get(index);
    }

    /** Of each number, and last of the target. */
    Moments moments() {
        if (moments == null) {
            throw new IllegalStateException("no example was observed");
        }
        return moments;
    }
}
