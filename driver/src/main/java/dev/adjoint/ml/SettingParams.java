package dev.adjoint.ml;

import dev.adjoint.driver.settings.Keys;
import dev.adjoint.model.Layer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The keys of a job file as Params, under their own names: {@code training.learning-rate} is {@code learningRate}. What each means
 * {@code explainParams()} tells, and the table of <i>What can a job file say?</i>; it is checked when it is set. One that is not set
 * is as {@code model.recipe} has it.
 *
 * <p>Texts are as in a job file; lists and maps in JSON: {@code setOptimiser("{\"optimiser\": \"adam\", \"beta2\": 0.95}")}.
 *
 * @param <E> the estimator
 */
public interface SettingParams<E> extends Params {
    /** The Params of this object. */
    KeyParams settingParams();

    /** This object. */
    E self();

    /** {@code data.decimal}. */
    default Param<String> decimal() {
        return settingParams().text(Keys.DECIMAL);
    }

    /** {@code data.decimal}. */
    default E setDecimal(String value) {
        return settingParams().set(self(), decimal(), value);
    }

    /** {@code data.null-values}. */
    default StringArrayParam nullValues() {
        return settingParams().texts(Keys.NULL_VALUES);
    }

    /** {@code data.null-values}. */
    default E setNullValues(String... value) {
        return settingParams().set(self(), nullValues(), value);
    }

    /** {@code data.class-weights}. */
    default Param<String> classWeights() {
        return settingParams().text(Keys.CLASS_WEIGHTS);
    }

    /** {@code data.class-weights}. */
    default E setClassWeights(String value) {
        return settingParams().set(self(), classWeights(), value);
    }

    /** {@code data.exclude}. */
    default StringArrayParam exclude() {
        return settingParams().texts(Keys.EXCLUDE);
    }

    /** {@code data.exclude}. */
    default E setExclude(String... value) {
        return settingParams().set(self(), exclude(), value);
    }

    /** {@code data.categorical}. */
    default StringArrayParam categorical() {
        return settingParams().texts(Keys.CATEGORICAL);
    }

    /** {@code data.categorical}. */
    default E setCategorical(String... value) {
        return settingParams().set(self(), categorical(), value);
    }

    /** {@code data.missing}. */
    default Param<String> missing() {
        return settingParams().text(Keys.MISSING);
    }

    /** {@code data.missing}. */
    default E setMissing(String value) {
        return settingParams().set(self(), missing(), value);
    }

    /** {@code data.missing-constant}. */
    default DoubleParam missingConstant() {
        return settingParams().number(Keys.MISSING_CONSTANT);
    }

    /** {@code data.missing-constant}. */
    default E setMissingConstant(double value) {
        return settingParams().set(self(), missingConstant(), value);
    }

    /** {@code data.scale}. */
    default Param<String> scale() {
        return settingParams().text(Keys.SCALE);
    }

    /** {@code data.scale}. */
    default E setScale(String value) {
        return settingParams().set(self(), scale(), value);
    }

    /** {@code data.rare}. */
    default Param<String> rare() {
        return settingParams().text(Keys.RARE);
    }

    /** {@code data.rare}. */
    default E setRare(String value) {
        return settingParams().set(self(), rare(), value);
    }

    /** {@code data.dates}. */
    default Param<String> dates() {
        return settingParams().text(Keys.DATES);
    }

    /** {@code data.dates}. */
    default E setDates(String value) {
        return settingParams().set(self(), dates(), value);
    }

    /** {@code data.order-by}. */
    default StringArrayParam orderBy() {
        return settingParams().texts(Keys.ORDER_BY);
    }

    /** {@code data.order-by}. */
    default E setOrderBy(String... value) {
        return settingParams().set(self(), orderBy(), value);
    }

    /** {@code data.validation-fraction}. */
    default DoubleParam validationFraction() {
        return settingParams().number(Keys.VALIDATION_FRACTION);
    }

    /** {@code data.validation-fraction}. */
    default E setValidationFraction(double value) {
        return settingParams().set(self(), validationFraction(), value);
    }

    /** {@code data.stratify}. */
    default BooleanParam stratify() {
        return settingParams().flag(Keys.STRATIFY);
    }

    /** {@code data.stratify}. */
    default E setStratify(boolean value) {
        return settingParams().set(self(), stratify(), value);
    }

    /** {@code model.recipe}. */
    default Param<String> recipe() {
        return settingParams().text(Keys.RECIPE);
    }

    /** {@code model.recipe}. */
    default E setRecipe(String value) {
        return settingParams().set(self(), recipe(), value);
    }

    /** {@code model.layers}. */
    default Param<String> layers() {
        return settingParams().text(Keys.LAYERS);
    }

    /** {@code model.layers}. */
    default E setLayers(String value) {
        return settingParams().set(self(), layers(), value);
    }

    /** {@code model.layers}. */
    default E setLayers(Layer... layers) {
        return setLayers(
                Stream.of(layers).map(layer -> layer.json().toString()).collect(Collectors.joining(", ", "[", "]")));
    }

    /** {@code model.hidden}. */
    default IntArrayParam hidden() {
        return settingParams().integers(Keys.HIDDEN);
    }

    /** {@code model.hidden}. */
    default E setHidden(int... value) {
        return settingParams().set(self(), hidden(), value);
    }

    /** {@code model.activation}. */
    default Param<String> activation() {
        return settingParams().text(Keys.ACTIVATION);
    }

    /** {@code model.activation}. */
    default E setActivation(String value) {
        return settingParams().set(self(), activation(), value);
    }

    /** {@code model.dropout}. */
    default DoubleParam dropout() {
        return settingParams().number(Keys.DROPOUT);
    }

    /** {@code model.dropout}. */
    default E setDropout(double value) {
        return settingParams().set(self(), dropout(), value);
    }

    /** {@code model.members}. */
    default IntParam members() {
        return settingParams().integer(Keys.MEMBERS);
    }

    /** {@code model.members}. */
    default E setMembers(int value) {
        return settingParams().set(self(), members(), value);
    }

    /** {@code model.folds}. */
    default IntParam folds() {
        return settingParams().integer(Keys.FOLDS);
    }

    /** {@code model.folds}. */
    default E setFolds(int value) {
        return settingParams().set(self(), folds(), value);
    }

    /** {@code model.loss}. */
    default Param<String> loss() {
        return settingParams().text(Keys.LOSS);
    }

    /** {@code model.loss}. */
    default E setLoss(String value) {
        return settingParams().set(self(), loss(), value);
    }

    /** {@code model.output-bias}. */
    default Param<String> outputBias() {
        return settingParams().text(Keys.OUTPUT_BIAS);
    }

    /** {@code model.output-bias}. */
    default E setOutputBias(String value) {
        return settingParams().set(self(), outputBias(), value);
    }

    /** {@code model.keep}. */
    default Param<String> keep() {
        return settingParams().text(Keys.KEEP);
    }

    /** {@code model.keep}. */
    default E setKeep(String value) {
        return settingParams().set(self(), keep(), value);
    }

    /** {@code training.epochs}. */
    default IntParam epochs() {
        return settingParams().integer(Keys.EPOCHS);
    }

    /** {@code training.epochs}. */
    default E setEpochs(int value) {
        return settingParams().set(self(), epochs(), value);
    }

    /** {@code training.steps}. */
    default LongParam steps() {
        return settingParams().whole(Keys.STEPS);
    }

    /** {@code training.steps}. */
    default E setSteps(long value) {
        return settingParams().set(self(), steps(), value);
    }

    /** {@code training.minutes}. */
    default DoubleParam minutes() {
        return settingParams().number(Keys.MINUTES);
    }

    /** {@code training.minutes}. */
    default E setMinutes(double value) {
        return settingParams().set(self(), minutes(), value);
    }

    /** {@code training.patience}. */
    default IntParam patience() {
        return settingParams().integer(Keys.PATIENCE);
    }

    /** {@code training.patience}. */
    default E setPatience(int value) {
        return settingParams().set(self(), patience(), value);
    }

    /** {@code training.metric}. */
    default Param<String> metric() {
        return settingParams().text(Keys.METRIC);
    }

    /** {@code training.metric}. */
    default E setMetric(String value) {
        return settingParams().set(self(), metric(), value);
    }

    /** {@code training.least-change}. */
    default DoubleParam leastChange() {
        return settingParams().number(Keys.LEAST_CHANGE);
    }

    /** {@code training.least-change}. */
    default E setLeastChange(double value) {
        return settingParams().set(self(), leastChange(), value);
    }

    /** {@code training.least-gradient}. */
    default DoubleParam leastGradient() {
        return settingParams().number(Keys.LEAST_GRADIENT);
    }

    /** {@code training.least-gradient}. */
    default E setLeastGradient(double value) {
        return settingParams().set(self(), leastGradient(), value);
    }

    /** {@code training.least-improvement}. */
    default DoubleParam leastImprovement() {
        return settingParams().number(Keys.LEAST_IMPROVEMENT);
    }

    /** {@code training.least-improvement}. */
    default E setLeastImprovement(double value) {
        return settingParams().set(self(), leastImprovement(), value);
    }

    /** {@code training.batch-size}. */
    default Param<String> batchSize() {
        return settingParams().text(Keys.BATCH_SIZE);
    }

    /** {@code training.batch-size}. */
    default E setBatchSize(String value) {
        return settingParams().set(self(), batchSize(), value);
    }

    /** {@code training.batch-size}, in examples. */
    default E setBatchSize(int examples) {
        return setBatchSize(String.valueOf(examples));
    }

    /** {@code training.synchronise.every}. */
    default Param<String> synchroniseEvery() {
        return settingParams().text(Keys.SYNCHRONISE);
    }

    /** {@code training.synchronise.every}. */
    default E setSynchroniseEvery(String value) {
        return settingParams().set(self(), synchroniseEvery(), value);
    }

    /** {@code training.optimiser}. */
    default Param<String> optimiser() {
        return settingParams().text(Keys.OPTIMISER);
    }

    /** {@code training.optimiser}. */
    default E setOptimiser(String value) {
        return settingParams().set(self(), optimiser(), value);
    }

    /** {@code training.schedule}. */
    default Param<String> schedule() {
        return settingParams().text(Keys.SCHEDULE);
    }

    /** {@code training.schedule}. */
    default E setSchedule(String value) {
        return settingParams().set(self(), schedule(), value);
    }

    /** {@code training.warm-up}. */
    default DoubleParam warmUp() {
        return settingParams().number(Keys.WARM_UP);
    }

    /** {@code training.warm-up}. */
    default E setWarmUp(double value) {
        return settingParams().set(self(), warmUp(), value);
    }

    /** {@code training.learning-rate}. */
    default DoubleParam learningRate() {
        return settingParams().number(Keys.LEARNING_RATE);
    }

    /** {@code training.learning-rate}. */
    default E setLearningRate(double value) {
        return settingParams().set(self(), learningRate(), value);
    }

    /** {@code training.rate-factors}. */
    default Param<String> rateFactors() {
        return settingParams().text(Keys.RATE_FACTORS);
    }

    /** {@code training.rate-factors}. */
    default E setRateFactors(String value) {
        return settingParams().set(self(), rateFactors(), value);
    }

    /** {@code training.momentum}. */
    default DoubleParam momentum() {
        return settingParams().number(Keys.MOMENTUM);
    }

    /** {@code training.momentum}. */
    default E setMomentum(double value) {
        return settingParams().set(self(), momentum(), value);
    }

    /** {@code training.l1}. */
    default DoubleParam l1() {
        return settingParams().number(Keys.L1);
    }

    /** {@code training.l1}. */
    default E setL1(double value) {
        return settingParams().set(self(), l1(), value);
    }

    /** {@code training.l2}. */
    default DoubleParam l2() {
        return settingParams().number(Keys.L2);
    }

    /** {@code training.l2}. */
    default E setL2(double value) {
        return settingParams().set(self(), l2(), value);
    }

    /** {@code training.decay}. */
    default DoubleParam decay() {
        return settingParams().number(Keys.DECAY);
    }

    /** {@code training.decay}. */
    default E setDecay(double value) {
        return settingParams().set(self(), decay(), value);
    }

    /** {@code training.max-norm}. */
    default DoubleParam maxNorm() {
        return settingParams().number(Keys.MAX_NORM);
    }

    /** {@code training.max-norm}. */
    default E setMaxNorm(double value) {
        return settingParams().set(self(), maxNorm(), value);
    }

    /** {@code training.clip.norm}. */
    default DoubleParam clipNorm() {
        return settingParams().number(Keys.CLIP_NORM);
    }

    /** {@code training.clip.norm}. */
    default E setClipNorm(double value) {
        return settingParams().set(self(), clipNorm(), value);
    }

    /** {@code training.clip.value}. */
    default DoubleParam clipValue() {
        return settingParams().number(Keys.CLIP_VALUE);
    }

    /** {@code training.clip.value}. */
    default E setClipValue(double value) {
        return settingParams().set(self(), clipValue(), value);
    }

    /** {@code training.mixup}. */
    default DoubleParam mixup() {
        return settingParams().number(Keys.MIXUP);
    }

    /** {@code training.mixup}. */
    default E setMixup(double value) {
        return settingParams().set(self(), mixup(), value);
    }

    /** {@code training.curriculum}. */
    default DoubleParam curriculum() {
        return settingParams().number(Keys.CURRICULUM);
    }

    /** {@code training.curriculum}. */
    default E setCurriculum(double value) {
        return settingParams().set(self(), curriculum(), value);
    }

    /** {@code training.seed}. */
    default LongParam seed() {
        return settingParams().whole(Keys.SEED);
    }

    /** {@code training.seed}. */
    default E setSeed(long value) {
        return settingParams().set(self(), seed(), value);
    }

    /** {@code training.shards}. */
    default IntParam shards() {
        return settingParams().integer(Keys.SHARDS);
    }

    /** {@code training.shards}. */
    default E setShards(int value) {
        return settingParams().set(self(), shards(), value);
    }

    /** {@code training.on-divergence}. */
    default Param<String> onDivergence() {
        return settingParams().text(Keys.ON_DIVERGENCE);
    }

    /** {@code training.on-divergence}. */
    default E setOnDivergence(String value) {
        return settingParams().set(self(), onDivergence(), value);
    }

    /** {@code training.rollback.most}. */
    default IntParam rollbackMost() {
        return settingParams().integer(Keys.ROLLBACKS);
    }

    /** {@code training.rollback.most}. */
    default E setRollbackMost(int value) {
        return settingParams().set(self(), rollbackMost(), value);
    }

    /** {@code training.rollback.factor}. */
    default DoubleParam rollbackFactor() {
        return settingParams().number(Keys.ROLLBACK_FACTOR);
    }

    /** {@code training.rollback.factor}. */
    default E setRollbackFactor(double value) {
        return settingParams().set(self(), rollbackFactor(), value);
    }

    /** {@code training.reduction}. */
    default Param<String> reduction() {
        return settingParams().text(Keys.REDUCTION);
    }

    /** {@code training.reduction}. */
    default E setReduction(String value) {
        return settingParams().set(self(), reduction(), value);
    }

    /** {@code training.rounds}. */
    default Param<String> rounds() {
        return settingParams().text(Keys.ROUNDS);
    }

    /** {@code training.rounds}. */
    default E setRounds(String value) {
        return settingParams().set(self(), rounds(), value);
    }

    /** {@code training.round-timeout}. */
    default IntParam roundTimeout() {
        return settingParams().integer(Keys.ROUND_TIMEOUT);
    }

    /** {@code training.round-timeout}. */
    default E setRoundTimeout(int value) {
        return settingParams().set(self(), roundTimeout(), value);
    }

    /** {@code training.resume}. */
    default Param<String> resume() {
        return settingParams().text(Keys.RESUME);
    }

    /** {@code training.resume}. */
    default E setResume(String value) {
        return settingParams().set(self(), resume(), value);
    }

    /** {@code checkpoint.directory}. */
    default Param<String> checkpointDirectory() {
        return settingParams().text(Keys.CHECKPOINT_DIRECTORY);
    }

    /** {@code checkpoint.directory}. */
    default E setCheckpointDirectory(String value) {
        return settingParams().set(self(), checkpointDirectory(), value);
    }

    /** {@code checkpoint.every}. */
    default Param<String> checkpointEvery() {
        return settingParams().text(Keys.CHECKPOINT_EVERY);
    }

    /** {@code checkpoint.every}. */
    default E setCheckpointEvery(String value) {
        return settingParams().set(self(), checkpointEvery(), value);
    }

    /** {@code checkpoint.keep}. */
    default IntParam checkpointKeep() {
        return settingParams().integer(Keys.CHECKPOINT_KEEP);
    }

    /** {@code checkpoint.keep}. */
    default E setCheckpointKeep(int value) {
        return settingParams().set(self(), checkpointKeep(), value);
    }

    /** {@code output.epochs}. */
    default Param<String> outputEpochs() {
        return settingParams().text(Keys.OUTPUT_EPOCHS);
    }

    /** {@code output.epochs}. */
    default E setOutputEpochs(String value) {
        return settingParams().set(self(), outputEpochs(), value);
    }

    /** {@code output.tensorboard}. */
    default Param<String> outputTensorboard() {
        return settingParams().text(Keys.OUTPUT_TENSORBOARD);
    }

    /** {@code output.tensorboard}. */
    default E setOutputTensorboard(String value) {
        return settingParams().set(self(), outputTensorboard(), value);
    }
}
