package dev.adjoint.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where it was measured.
 *
 * @param simd the processor's vector extensions, as the system names them
 * @param load the average number of runnable threads in the minute before; negative where the system does not tell
 */
record Machine(String cpu, int cores, List<String> simd, String jdk, String os, double load) {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /** This one. The model and the extensions of its processor are known on Linux only. */
    static Machine here() throws IOException {
        List<String> cpuinfo = Files.exists(CPUINFO) ? Files.readAllLines(CPUINFO) : List.of();
        return new Machine(
                values(cpuinfo, "model name").findFirst().orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                values(cpuinfo, "flags", "Features")
                        .limit(1)
                        .flatMap(flags -> Stream.of(flags.split(" ")))
                        .filter(flag -> flag.matches("(avx|amx|fma|asimd|sve).*"))
                        .toList(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static Stream<String> values(List<String> cpuinfo, String... keys) {
        return cpuinfo.stream()
                .map(line -> line.split("\\s*:\\s*", 2))
                .filter(pair -> pair.length == 2 && List.of(keys).contains(pair[0]))
                .map(pair -> pair[1]);
    }

    /** E.g. {@code AMD EPYC, 2 cores, AVX-512}. */
    @Override
    public String toString() {
        String widest = simd.contains("avx512f") ? ", AVX-512" : simd.contains("avx2") ? ", AVX2" : "";
        return "%s, %d cores%s; %s; %s".formatted(cpu, cores, widest, jdk, os);
    }
}
