package dev.adjoint.bench;

import dev.adjoint.autodiff.kernel.Kernels;
import dev.adjoint.ml.MlpClassifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;

/** One {@link Search}, by a JVM of its own. */
final class SearchPeer {
    private static final String[] TEXTS = {
        "workclass", "education", "maritalStatus", "occupation", "relationship", "race", "sex", "nativeCountry"
    };
    private static final String[] NUMBERS = {"age", "educationNum", "capitalGain", "capitalLoss", "hoursPerWeek"};
    private static final String SCHEMA =
            "age double, workclass string, fnlwgt double, education string, educationNum double,"
                    + " maritalStatus string, occupation string, relationship string, race string, sex string, capitalGain double,"
                    + " capitalLoss double, hoursPerWeek double, nativeCountry string, income string";
    private static final String ASSEMBLED = "assembled";
    private static final String FEATURES = "features";

    private static final List<Integer> HIDDEN = List.of(16, 32, 64);
    private static final int FOLDS = 3;
    private static final int CLASSES = 2;

    private SearchPeer() {}

    public static void main(String[] arguments) throws Exception {
        Search search = PeerProcess.task(arguments, Search.class);
        // Tells netlib where OpenBLAS is, so that MLlib has it too.
        Kernels.description();
        try (SparkSession spark = SparkSession.builder()
                .master("local[" + search.cores() + "]")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", search.cores())
                .getOrCreate()) {
            Dataset<Row> test = people(spark, search.test(), search.cores()).cache();
            test.count();
            PeerProcess.report(search.isSaved() ? applied(search, test) : searched(spark, search, test));
        }
    }

    private static Search.Found applied(Search search, Dataset<Row> test) throws NoSuchAlgorithmException {
        return found(search, PipelineModel.load(search.model()), test, 0, "");
    }

    private static Search.Found searched(SparkSession spark, Search search, Dataset<Row> test) throws Exception {
        Dataset<Row> train = people(spark, search.train(), search.cores()).cache();
        train.count();
        long start = System.nanoTime();
        PipelineModel model;
        String setting;
        if (search.way() == Search.Way.DEFAULTS) {
            model = new Pipeline().setStages(new PipelineStage[] {adjoint()}).fit(train);
            setting = "none";
        } else {
            CrossValidatorModel best = (search.way() == Search.Way.MLLIB ? ofMllib(train) : ofAdjoint())
                    .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
                    .setNumFolds(FOLDS)
                    .setSeed(1)
                    .fit(train);
            model = (PipelineModel) best.bestModel();
            setting = best(best);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        model.write().overwrite().save(search.model());
        return found(search, model, test, seconds, setting);
    }

    /** The setting that won. */
    private static String best(CrossValidatorModel model) {
        double[] metrics = model.avgMetrics();
        int best = 0;
        for (int i = 1; i < metrics.length; i++) {
            best = metrics[i] > metrics[best] ? i : best;
        }
        return CollectionConverters.asJava(model.getEstimatorParamMaps()[best].toSeq()).stream()
                .map(pair -> pair.param().name() + " = "
                        + (pair.value() instanceof int[] units ? Arrays.toString(units) : pair.value()))
                .collect(Collectors.joining(", "));
    }

    private static MlpClassifier adjoint() {
        return new MlpClassifier()
                .setFeaturesCols(
                        Stream.of(NUMBERS, TEXTS).flatMap(Arrays::stream).toArray(String[]::new));
    }

    private static CrossValidator ofAdjoint() {
        MlpClassifier estimator = adjoint().setRecipe("plain");
        List<ParamMap> grid = new ArrayList<>();
        for (int hidden : HIDDEN) {
            grid.addAll(List.of(new ParamGridBuilder()
                    .baseOn(estimator.hidden().w(new int[] {hidden}))
                    .addGrid(estimator.learningRate(), new double[] {0.001, 0.003, 0.01})
                    .build()));
        }
        return new CrossValidator()
                .setEstimator(new Pipeline().setStages(new PipelineStage[] {estimator}))
                .setEstimatorParamMaps(grid.toArray(ParamMap[]::new));
    }

    private static CrossValidator ofMllib(Dataset<Row> train) {
        String[] indices = Arrays.stream(TEXTS).map(name -> name + "Index").toArray(String[]::new);
        String[] indicators =
                Arrays.stream(TEXTS).map(name -> name + "Indicators").toArray(String[]::new);
        // The levels are those of all rows: a fold that lacks one would have fewer features than the net is told to
        // have, and MLlib fails.
        PipelineModel encoder = new Pipeline()
                .setStages(new PipelineStage[] {
                    new StringIndexer()
                            .setInputCols(TEXTS)
                            .setOutputCols(indices)
                            .setHandleInvalid("keep"),
                    new OneHotEncoder().setInputCols(indices).setOutputCols(indicators),
                    new VectorAssembler()
                            .setInputCols(Stream.of(NUMBERS, indicators)
                                    .flatMap(Arrays::stream)
                                    .toArray(String[]::new))
                            .setOutputCol(ASSEMBLED)
                })
                .fit(train);
        int width = encoder.transform(train).first().<Vector>getAs(ASSEMBLED).size();
        List<PipelineStage> stages = new ArrayList<>(List.of(
                encoder,
                new StandardScaler()
                        .setInputCol(ASSEMBLED)
                        .setOutputCol(FEATURES)
                        .setWithMean(true)));
        MultilayerPerceptronClassifier estimator = new MultilayerPerceptronClassifier().setSeed(1);
        stages.add(estimator);
        List<ParamMap> grid = new ArrayList<>();
        for (int hidden : HIDDEN) {
            grid.addAll(List.of(new ParamGridBuilder()
                    .baseOn(estimator.layers().w(new int[] {width, hidden, CLASSES}))
                    .addGrid(estimator.maxIter(), new int[] {50, 100, 200})
                    .build()));
        }
        return new CrossValidator()
                .setEstimator(new Pipeline().setStages(stages.toArray(PipelineStage[]::new)))
                .setEstimatorParamMaps(grid.toArray(ParamMap[]::new));
    }

    private static Search.Found found(
            Search search, PipelineModel model, Dataset<Row> test, double seconds, String setting)
            throws NoSuchAlgorithmException {
        Dataset<Row> predicted = model.transform(test);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Row row : predicted.select("probability").collectAsList()) {
            double[] probabilities = row.<Vector>getAs(0).toArray();
            ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES * probabilities.length);
            bytes.asDoubleBuffer().put(probabilities);
            digest.update(bytes);
        }
        return new Search.Found(
                search.way(),
                search.round(),
                seconds,
                new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(predicted),
                new BinaryClassificationEvaluator().evaluate(predicted),
                HexFormat.of().formatHex(digest.digest(), 0, 8),
                setting);
    }

    /** The label is 1 for an income above 50,000 dollars; the test file writes a full stop behind it. */
    private static Dataset<Row> people(SparkSession spark, String path, int partitions) {
        return spark.read()
                .option("encoding", StandardCharsets.UTF_8.name())
                .option("ignoreLeadingWhiteSpace", "true")
                .schema(SCHEMA)
                .csv(path)
                .withColumn("label", functions.expr("double(income like '>50K%')"))
                .repartition(partitions);
    }
}
