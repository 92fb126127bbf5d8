package dev.adjoint.ml;

import dev.adjoint.driver.data.TrainingData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.storage.StorageLevel;

/**
 * The packed rows of data sets that somebody caches, kept as long as these are there: {@code CrossValidator} caches each of its folds and
 * fits all settings to it, most of which pack it alike.
 */
final class PackedRows {
    private static final Map<Dataset<?>, List<Packed>> KEPT = new WeakHashMap<>();

    /** Rows, and by which options they were packed. */
    private record Packed(TrainingData.Options options, TrainingData data) {}

    private PackedRows() {}

    /** Uses the packed rows of a data set: those that are kept, or new ones, which are given back where the data set is not cached. */
    static <T> T use(
            Dataset<?> dataset,
            TrainingData.Options options,
            Supplier<TrainingData> pack,
            Function<TrainingData, T> use) {
        if (dataset.storageLevel().equals(StorageLevel.NONE())) {
            TrainingData data = pack.get();
            try {
                return use.apply(data);
            } finally {
                data.release();
            }
        }
        return use.apply(kept(dataset, options, pack));
    }

    private static TrainingData kept(Dataset<?> dataset, TrainingData.Options options, Supplier<TrainingData> pack) {
        List<Packed> ofDataset;
        synchronized (KEPT) {
            ofDataset = KEPT.computeIfAbsent(dataset, d -> new ArrayList<>());
        }
        // Fits beside each other wait for the first of them.
        synchronized (ofDataset) {
            Optional<Packed> same = ofDataset.stream()
                    .filter(packed -> options.comeToTheSame(
                            packed.options(), packed.data().training()))
                    .findFirst();
            if (same.isPresent()) {
                return same.get().data();
            }
            TrainingData data = pack.get();
            ofDataset.add(new Packed(options, data));
            return data;
        }
    }
}
