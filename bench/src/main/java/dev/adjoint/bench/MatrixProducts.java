package dev.adjoint.bench;

import dev.adjoint.autodiff.kernel.Kernels;
import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The machine's limit: single-threaded products of 1024 x 1024 matrices in float32 by OpenBLAS, on each core at once. Counted in
 * examples of the net, of whose arithmetic there is nothing but the matrix products.
 */
final class MatrixProducts {
    private static final int N = 1024;
    private static final int PRODUCTS = 10;

    private MatrixProducts() {}

    public static void main(String[] arguments) throws Exception {
        Workload workload = PeerProcess.task(arguments, Workload.class);
        // Loads OpenBLAS, sets it to one thread, and tells netlib where it is.
        String kernels = Kernels.description();
        BLAS blas = NativeBLAS.getInstance();
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int core = 0; core < workload.cores(); core++) {
            tasks.add(products(blas));
        }
        double flopsOfWindow = 2.0 * N * N * N * PRODUCTS * workload.cores();
        Windows windows = workload.firstWindows();
        ExecutorService threads = Executors.newFixedThreadPool(workload.cores());
        while (!windows.complete()) {
            long start = System.nanoTime();
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
            windows.add(flopsOfWindow / workload.net().flopsPerExample(), (System.nanoTime() - start) / 1e9);
        }
        threads.shutdown();
        workload.report(null, null, 0, windows, kernels);
    }

    private static Callable<Void> products(BLAS blas) {
        float[] a = new float[N * N];
        float[] b = new float[N * N];
        float[] c = new float[N * N];
        Arrays.fill(a, 0.5f);
        Arrays.fill(b, 0.25f);
        return () -> {
            for (int i = 0; i < PRODUCTS; i++) {
                blas.sgemm("N", "N", N, N, N, 1f, a, N, b, N, 0f, c, N);
            }
            return null;
        };
    }
}
