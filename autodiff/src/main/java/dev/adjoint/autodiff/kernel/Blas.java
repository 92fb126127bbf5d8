package dev.adjoint.autodiff.kernel;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Which BLAS serves in this JVM: the OpenBLAS that travels inside the jar, or netlib's Java implementation where that
 * cannot be loaded.
 */
final class Blas {
    /** netlib reads it once, when its native class is loaded: it is set here before anything of ours can load that. */
    private static final String LIBRARY_PATH = "dev.ludovic.netlib.blas.nativeLibPath";
    /** netlib's own switch; when it is "false", Java serves. */
    private static final String ALLOW_NATIVE = "dev.ludovic.netlib.blas.allowNative";

    private static final String VERSION = openblas_nolapack.OPENBLAS_VERSION.strip();

    private static final Logger NETLIB = Logger.getLogger("dev.ludovic.netlib.blas.InstanceBuilder");

    private record Choice(Function<float[], Gemm> gemm, String description) {}

    private static final Choice CHOICE = choose();

    private Blas() {}

    /** Products of blocks of {@code a}. */
    static Gemm float32(float[] a) {
        return CHOICE.gemm.apply(a);
    }

    /** Products of blocks of {@code a}: always Java's, since float64 is for digits and not for speed. */
    static Gemm float64(double[] a) {
        return Gemm.float64(JavaBLAS.getInstance(), a);
    }

    /** For people, e.g. {@code OpenBLAS 0.3.31, 1 thread} or {@code Java (why)}. */
    static String description() {
        return CHOICE.description;
    }

    /**
     * Names the kernel by what it computes: the checksum of a few products. OpenBLAS has a kernel for each family of
     * processors, each rounds in its own way, and this is what a result's bits depend on.
     */
    static String kernel() {
        CRC32 checksum = new CRC32();
        // Small ones have kernels of their own; odd extents use those for edges as well.
        for (int[] extents : new int[][] {{7, 33, 5}, {61, 259, 75}}) {
            Block left = new Block(0, extents[0], extents[1]);
            Block right = new Block(left.size(), extents[1], extents[2]);
            Block out = new Block(left.size() + right.size(), extents[0], extents[2]);
            float[] a = new float[out.offset() + out.size()];
            for (int i = 0; i < out.offset(); i++) {
                a[i] = CounterRandom.uniform(1, 1, i) - 0.5f;
            }
            float32(a).multiply(left, false, right, false, out, extents[1], 0, out.rows(), 0, out.columns());
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * out.size());
            bytes.asFloatBuffer().put(a, out.offset(), out.size());
            checksum.update(bytes);
        }
        return Long.toHexString(checksum.getValue());
    }

    /** Without netlib's warnings of each implementation that it does not find: the description says which one serves. */
    private static Choice choose() {
        Level level = NETLIB.getLevel();
        NETLIB.setLevel(Level.OFF);
        try {
            return find();
        } finally {
            NETLIB.setLevel(level);
        }
    }

    private static Choice find() {
        if ("false".equals(System.getProperty(ALLOW_NATIVE))) {
            return java(ALLOW_NATIVE + " is false");
        }
        try {
            if (System.getProperty(LIBRARY_PATH) != null) {
                return netlib(NativeBLAS.getInstance(), "native " + System.getProperty(LIBRARY_PATH));
            }
            // The loader returns its own glue; the library proper was unpacked beside it.
            Path glue = Path.of(Loader.load(openblas_nolapack.class));
            openblas_nolapack.blas_set_num_threads(1);
            Path library = glue.resolveSibling("libopenblas_nolapack.so.0");
            if (!Files.exists(library)) {
                return new Choice(JavaCppGemm::new, VERSION + " by copies, 1 thread");
            }
            System.setProperty(LIBRARY_PATH, library.toString());
            return netlib(NativeBLAS.getInstance(), VERSION + ", 1 thread");
        } catch (RuntimeException | LinkageError e) {
            boolean absent = e.getCause() instanceof ClassNotFoundException;
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            return java(absent ? "OpenBLAS is not on the class path" : why);
        }
    }

    private static Choice netlib(BLAS blas, String description) {
        return new Choice(a -> Gemm.float32(blas, a), description);
    }

    private static Choice java(String why) {
        return netlib(JavaBLAS.getInstance(), "Java (" + why.lines().findFirst().orElse("") + ")");
    }
}
