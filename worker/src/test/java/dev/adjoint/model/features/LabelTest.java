package dev.adjoint.model.features;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.adjoint.model.Models;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LabelTest {
    @Test
    void aClassIsItsPlace() {
        Label label = classes(List.of("yes", "no", "maybe"));
        assertEquals(0f, encode(label, example("yes", 0)));
        assertEquals(2f, encode(label, example("maybe", 0)));
        assertEquals(Label.UNKNOWN, encode(label, example("perhaps", 0)));
        assertEquals(Label.UNKNOWN, encode(label, example("", 0)));
    }

    @Test
    void aRealLabelIsStandardisedAndBack() {
        Label.Real label = new Label.Real("price", 1000, 4);
        assertEquals(0.5f, encode(label, example(null, 1002)));
        assertEquals(1002, label.targets().get(0).decode(0.5));
        for (double target : new double[] {-3e4, 0, 999.25, 1e6}) {
            assertEquals(
                    target,
                    label.targets().get(0).decode(encode(label, example(null, target))),
                    1e-7 * Math.abs(target) + 1e-4);
        }
    }

    @Test
    void classesAreTwoAtLeastAndNoneTwice() {
        for (List<String> names : List.of(List.<String>of(), List.of("a"), List.of("a", "b", "a"))) {
            Models.assertRejected(
                    "label y: classes " + names + ", expected two at least and none twice", () -> classes(names));
        }
    }

    @Test
    void aDeviationIsPositive() {
        for (double deviation : new double[] {0, -1, Double.NaN}) {
            Models.assertRejected(
                    "label y: center 0.0 and spread " + deviation + ", expected finite ones and a positive spread",
                    () -> new Label.Real("y", 0, deviation));
        }
    }

    private static Label.Classes classes(List<String> names) {
        return new Label.Classes("y", "string", names);
    }

    private static RawExample example(@Nullable String label, double target) {
        return new RawExample(new Numbers(new double[0]), new String[0], label, new double[] {target}, 1, 0);
    }

    private static float encode(Label label, RawExample example) {
        float[] out = new float[1];
        label.encode(example, out, 0);
        return out[0];
    }
}
