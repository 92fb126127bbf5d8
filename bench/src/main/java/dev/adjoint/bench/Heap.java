package dev.adjoint.bench;

/** The size of a JVM's heap. */
record Heap(long bytes) {
    /**
     * Reads {@code 512m} or {@code 2g}, as a JVM does.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static Heap parse(String text) {
        if (!text.matches("[1-9][0-9]{0,6}[mg]")) {
            throw new IllegalArgumentException("expected a size as 512m or 2g, but was '%s'".formatted(text));
        }
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return new Heap(number << (text.endsWith("g") ? 30 : 20));
    }
}
