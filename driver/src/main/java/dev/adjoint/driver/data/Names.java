package dev.adjoint.driver.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Suggestions for a name that was not found. */
public final class Names {
    private Names() {}

    /** Up to three of {@code known}, those that differ from {@code name} in the fewest letters first. */
    public static List<String> nearest(String name, Collection<String> known) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        String wanted = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .sorted(Comparator.<String>comparingInt(k -> distance.apply(wanted, k.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(3)
                .toList();
    }
}
