package dev.adjoint.worker;

import java.util.stream.IntStream;

/** Ways to go over a long array: what is done element by element may be done to parts of it at once. */
public enum Sweep {
    /** All of it, by the thread that asks: for tasks, which have a core each. */
    WHOLE {
        @Override
        public void forEach(int length, Part part) {
            part.run(0, length);
        }
    },
    /** Parts of a few hundred kilobytes, by all cores: for the driver, while its tasks are done. */
    PARALLEL {
        @Override
        public void forEach(int length, Part part) {
            if (length <= SIZE) {
                part.run(0, length);
                return;
            }
            IntStream.range(0, (length + SIZE - 1) / SIZE)
                    .parallel()
                    .forEach(i -> part.run(i * SIZE, Math.min(length, (i + 1) * SIZE)));
        }
    };

    private static final int SIZE = 1 << 16;

    /** What is done to elements {@code from} to {@code to}, exclusive. */
    public interface Part {
        void run(int from, int to);
    }

    /** Does it to all elements. */
    public abstract void forEach(int length, Part part);
}
