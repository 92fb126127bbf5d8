package dev.adjoint.worker;

import dev.adjoint.autodiff.kernel.Crew;
import java.util.stream.IntStream;

/** A way to go over a long array: what is done element by element may be done to parts of it at once. */
@FunctionalInterface
public interface Sweep {
    /** All of it, by the thread that asks: for tasks, which have a core each. */
    Sweep WHOLE = (length, part) -> part.run(0, length);

    /** Parts of a few hundred kilobytes, by all cores: for the driver, while its tasks are done. */
    Sweep PARALLEL = (length, part) -> {
        int size = 1 << 16;
        if (length <= size) {
            part.run(0, length);
            return;
        }
        IntStream.range(0, (length + size - 1) / size)
                .parallel()
                .forEach(i -> part.run(i * size, Math.min(length, (i + 1) * size)));
    };

    /** A part a member of {@code crew}, whose leader asks: always the same member for the same elements. */
    static Sweep by(Crew crew) {
        int least = 1 << 13; // less takes a thread as long as to wait for others
        int line = 16;
        return (length, part) -> {
            if (crew.size() == 1 || length < least * crew.size()) {
                part.run(0, length);
                return;
            }
            long lines = (length + (long) line - 1) / line;
            crew.run(member -> part.run((int) (lines * member / crew.size() * line), (int)
                    Math.min(length, lines * (member + 1) / crew.size() * line)));
        };
    }

    /** What is done to elements {@code from} to {@code to}, exclusive. */
    @FunctionalInterface
    interface Part {
        void run(int from, int to);
    }

    /** Does it to all elements. */
    void forEach(int length, Part part);
}
