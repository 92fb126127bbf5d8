package dev.adjoint.ml;

import dev.adjoint.driver.data.DataException;
import dev.adjoint.driver.data.Names;
import dev.adjoint.driver.data.Reader;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Measures predictions by one of the metrics of Spark's evaluators, where labels are as their column holds them: texts, flags or
 * numbers, which those evaluators want indexed.
 *
 * <pre>{@code
 * double f1 = new MlpEvaluator().setLabelCol("income").setMetricName("f1").evaluate(model.transform(others));
 * }</pre>
 */
public final class MlpEvaluator extends Evaluator implements DefaultParamsWritable {
    private static final long serialVersionUID = 1L;

    private static final List<String> OF_ONE_CLASS = List.of("precisionByLabel", "recallByLabel", "fMeasureByLabel");
    private static final List<String> OF_CLASSES = Stream.concat(
                    Stream.of("accuracy", "f1", "weightedPrecision", "weightedRecall", "hammingLoss"),
                    OF_ONE_CLASS.stream())
            .toList();
    private static final String LOG_LOSS = "logLoss";
    private static final List<String> OF_RANKINGS = List.of("areaUnderROC", "areaUnderPR");
    private static final List<String> OF_NUMBERS = List.of("rmse", "mse", "mae", "r2");
    private static final Set<String> LESSER_IS_BETTER = Set.of("hammingLoss", LOG_LOSS, "rmse", "mse", "mae");

    /** Of a label and what was predicted for it. More are no classes, but numbers that were taken for some. */
    private static final int MOST_PAIRS = 1 << 20;

    // What Spark's evaluators call columns by default.
    private static final String LABEL = "label";
    private static final String PREDICTION = "prediction";
    private static final String PROBABILITY = "probability";
    private static final String WEIGHT = "weight";

    private final String uid;
    private final ColumnParams columnParams = new ColumnParams(this);

    public MlpEvaluator() {
        this(Identifiable$.MODULE$.randomUID("mlpEvaluator"));
    }

    public MlpEvaluator(String uid) {
        this.uid = uid;
        setDefault(metricName(), "accuracy");
        setDefault(labelCol(), LABEL);
        setDefault(predictionCol(), PREDICTION);
        setDefault(probabilityCol(), PROBABILITY);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** What is measured, as Spark's evaluators call it. */
    public Param<String> metricName() {
        String[] all = Stream.of(OF_CLASSES, List.of(LOG_LOSS), OF_RANKINGS, OF_NUMBERS)
                .flatMap(List::stream)
                .toArray(String[]::new);
        return columnParams.choice(
                "metricName",
                "what is measured, as Spark's evaluators define it: of predicted classes %s (of the class metricLabel the last three); of probabilities %s; of those of two classes %s; of numbers %s"
                        .formatted(
                                String.join(", ", OF_CLASSES),
                                LOG_LOSS,
                                String.join(", ", OF_RANKINGS),
                                String.join(", ", OF_NUMBERS)),
                all);
    }

    /** See {@link #metricName}. */
    public MlpEvaluator setMetricName(String name) {
        return columnParams.set(this, metricName(), name);
    }

    /** The value of {@link #metricName}. */
    public String getMetricName() {
        return columnParams.get(metricName());
    }

    /** The class that metrics of one class measure. */
    public Param<String> metricLabel() {
        return columnParams.text(
                "metricLabel", "the class that precisionByLabel, recallByLabel and fMeasureByLabel measure");
    }

    /** See {@link #metricLabel}. */
    public MlpEvaluator setMetricLabel(String name) {
        return columnParams.set(this, metricLabel(), name);
    }

    /** The value of {@link #metricLabel}. */
    public String getMetricLabel() {
        return columnParams.get(metricLabel());
    }

    /** The column of labels: classes or numbers. */
    public Param<String> labelCol() {
        return columnParams.text("labelCol", "the column of labels: classes, as texts, flags or numbers, or numbers");
    }

    /** See {@link #labelCol}. */
    public MlpEvaluator setLabelCol(String name) {
        return columnParams.set(this, labelCol(), name);
    }

    /** The value of {@link #labelCol}. */
    public String getLabelCol() {
        return columnParams.get(labelCol());
    }

    /** The column of predictions, of the label's kind. */
    public Param<String> predictionCol() {
        return columnParams.text("predictionCol", "the column of predictions, of the label's kind");
    }

    /** See {@link #predictionCol}. */
    public MlpEvaluator setPredictionCol(String name) {
        return columnParams.set(this, predictionCol(), name);
    }

    /** The value of {@link #predictionCol}. */
    public String getPredictionCol() {
        return columnParams.get(predictionCol());
    }

    /** The column of each class's probability, as a model made it: it knows the classes that its numbers are of. */
    public Param<String> probabilityCol() {
        return columnParams.text(
                "probabilityCol",
                "the column of the vector of each class's probability, as transform made it: it knows which classes they are");
    }

    /** See {@link #probabilityCol}. */
    public MlpEvaluator setProbabilityCol(String name) {
        return columnParams.set(this, probabilityCol(), name);
    }

    /** The value of {@link #probabilityCol}. */
    public String getProbabilityCol() {
        return columnParams.get(probabilityCol());
    }

    /** How many examples each row counts as. */
    public Param<String> weightCol() {
        return columnParams.text(
                "weightCol", "the column that says how many examples each row counts as; none: one each");
    }

    /** See {@link #weightCol}. */
    public MlpEvaluator setWeightCol(String name) {
        return columnParams.set(this, weightCol(), name);
    }

    /** The value of {@link #weightCol}. */
    public String getWeightCol() {
        return columnParams.get(weightCol());
    }

    @Override
    public boolean isLargerBetter() {
        return !LESSER_IS_BETTER.contains(getMetricName());
    }

    /**
     * The metric of scored rows.
     *
     * @throws DataException when a column is not there, or has a type of which there is no such metric
     */
    @Override
    public double evaluate(Dataset<?> dataset) {
        Dataset<Row> rows = dataset.toDF();
        String metric = getMetricName();
        if (OF_CLASSES.contains(metric)) {
            return ofClasses(metric, rows);
        }
        return OF_NUMBERS.contains(metric) ? ofNumbers(metric, rows) : ofProbabilities(metric, rows);
    }

    private double ofNumbers(String metric, Dataset<Row> rows) {
        for (String name : List.of(getLabelCol(), getPredictionCol())) {
            if (!(type(rows, name) instanceof NumericType)) {
                throw unfit(rows, name, "one number a row");
            }
        }
        return new RegressionEvaluator()
                .setMetricName(metric)
                .setWeightCol(WEIGHT)
                .evaluate(compared(rows));
    }

    private Dataset<Row> compared(Dataset<Row> rows) {
        return rows.select(
                value(rows, getLabelCol()).as(LABEL),
                value(rows, getPredictionCol()).as(PREDICTION),
                weight(rows));
    }

    /** By the weight of each label and what was predicted for it, which is all that these metrics are functions of. */
    private double ofClasses(String metric, Dataset<Row> rows) {
        DataType measured = measured(rows, getLabelCol());
        if (!measured.equals(measured(rows, getPredictionCol()))) {
            throw unfit(
                    rows,
                    getPredictionCol(),
                    "classes as \"%s\" has them, %s"
                            .formatted(getLabelCol(), type(rows, getLabelCol()).simpleString()));
        }
        List<Row> pairs = compared(rows)
                .groupBy(LABEL, PREDICTION)
                .agg(functions.sum(WEIGHT))
                .limit(MOST_PAIRS + 1)
                .collectAsList();
        if (pairs.size() > MOST_PAIRS) {
            throw new DataException(
                    "%s: columns \"%s\" and \"%s\" hold more than %,d pairs of values, expected classes; of numbers there are %s"
                            .formatted(metric, getLabelCol(), getPredictionCol(), MOST_PAIRS, OF_NUMBERS));
        }
        List<Object> classes = List.copyOf(pairs.stream()
                .flatMap(pair -> Stream.of(pair.get(0), pair.get(1)))
                .collect(Collectors.toCollection(TreeSet::new)));
        MulticlassClassificationEvaluator evaluator =
                new MulticlassClassificationEvaluator().setMetricName(metric).setWeightCol(WEIGHT);
        if (OF_ONE_CLASS.contains(metric)) {
            if (!isSet(metricLabel())) {
                throw new IllegalArgumentException(
                        "metricLabel: expected the class that %s measures".formatted(metric));
            }
            Object wanted = measured.equals(DataTypes.DoubleType)
                    ? (Object) Double.valueOf(getMetricLabel())
                    : getMetricLabel();
            if (!classes.contains(wanted)) {
                throw new DataException("metricLabel: no row has the class %s, nor was it predicted".formatted(wanted));
            }
            evaluator.setMetricLabel(classes.indexOf(wanted));
        }
        StructType schema = new StructType()
                .add(LABEL, DataTypes.DoubleType)
                .add(PREDICTION, DataTypes.DoubleType)
                .add(WEIGHT, DataTypes.DoubleType);
        return evaluator.evaluate(rows.sparkSession()
                .createDataFrame(
                        pairs.stream()
                                .map(pair -> RowFactory.create(
                                        (double) classes.indexOf(pair.get(0)),
                                        (double) classes.indexOf(pair.get(1)),
                                        pair.getDouble(2)))
                                .toList(),
                        schema));
    }

    private double ofProbabilities(String metric, Dataset<Row> rows) {
        List<String> classes = classes(rows);
        Column label = value(rows, getLabelCol());
        Column known = functions.array(classes.stream()
                .map(name -> functions.lit(name).cast(measured(rows, getLabelCol())))
                .toArray(Column[]::new));
        Column place = functions.array_position(known, label);
        Dataset<Row> indexed = rows.select(
                must(
                                place.gt(0),
                                place.minus(1).cast(DataTypes.DoubleType),
                                "column \"%s\" holds a class that the probabilities of column \"%s\" are not of, which are of %s"
                                        .formatted(getLabelCol(), getProbabilityCol(), classes))
                        .as(LABEL),
                functions.lit(0.0).as(PREDICTION), // which Spark wants, and does not use
                present(rows, getProbabilityCol()).as(PROBABILITY),
                weight(rows));
        if (metric.equals(LOG_LOSS)) {
            return new MulticlassClassificationEvaluator()
                    .setMetricName(metric)
                    .setWeightCol(WEIGHT)
                    .evaluate(indexed);
        }
        if (classes.size() != 2) {
            throw new DataException("%s is of two classes, column \"%s\" has the probabilities of %,d: %s"
                    .formatted(metric, getProbabilityCol(), classes.size(), classes));
        }
        return new BinaryClassificationEvaluator()
                .setMetricName(metric)
                .setRawPredictionCol(PROBABILITY)
                .setWeightCol(WEIGHT)
                .evaluate(indexed);
    }

    /** The classes that the probabilities are of, in their order. */
    private List<String> classes(Dataset<Row> rows) {
        if (!type(rows, getProbabilityCol()).equals(SQLDataTypes.VectorType())) {
            throw unfit(rows, getProbabilityCol(), "a vector of each class's probability");
        }
        AttributeGroup group = AttributeGroup.fromStructField(rows.schema().apply(getProbabilityCol()));
        if (group.attributes().isEmpty()) {
            throw new DataException(
                    "column \"%s\" does not say which classes its numbers are of; MlpClassificationModel.transform and files of Parquet keep it"
                            .formatted(getProbabilityCol()));
        }
        return Stream.of(group.attributes().get())
                .map(attribute -> attribute.name().get())
                .toList();
    }

    private static Column value(Dataset<Row> rows, String name) {
        return present(rows, name).cast(measured(rows, name));
    }

    /** As what cells of a column are compared: as numbers, where they are some, or else as texts. */
    private static DataType measured(Dataset<Row> rows, String name) {
        return type(rows, name) instanceof NumericType ? DataTypes.DoubleType : DataTypes.StringType;
    }

    private Column weight(Dataset<Row> rows) {
        if (!isSet(weightCol())) {
            return functions.lit(1.0).as(WEIGHT);
        }
        if (!(type(rows, getWeightCol()) instanceof NumericType)) {
            throw unfit(rows, getWeightCol(), "numbers of 0 or more");
        }
        Column weight = value(rows, getWeightCol());
        return must(weight.geq(0), weight, "column \"%s\" holds a weight below 0".formatted(getWeightCol()))
                .as(WEIGHT);
    }

    private static Column present(Dataset<Row> rows, String name) {
        Column column = rows.col(Reader.quoted(name));
        return must(
                column.isNotNull(),
                column,
                "column \"%s\" is null in a row; leave out such rows first".formatted(name));
    }

    /** Fails when the rows are read of which it does not hold. */
    private static Column must(Column holds, Column value, String otherwise) {
        return functions.when(holds, value).otherwise(functions.raise_error(functions.lit(otherwise)));
    }

    private static DataType type(Dataset<Row> rows, String name) {
        List<String> names = List.of(rows.columns());
        if (!names.contains(name)) {
            throw new DataException(
                    "there is no column \"%s\"; the nearest names are %s".formatted(name, Names.nearest(name, names)));
        }
        return rows.schema().apply(name).dataType();
    }

    private DataException unfit(Dataset<Row> rows, String name, String expected) {
        return new DataException("%s: column \"%s\" has the type %s, expected %s"
                .formatted(getMetricName(), name, type(rows, name).simpleString(), expected));
    }

    @Override
    public MlpEvaluator copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /** Reads what {@link #save} wrote. */
    public static MLReader<MlpEvaluator> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads what {@link #save} wrote. */
    public static MlpEvaluator load(String path) {
        return read().load(path);
    }
}
