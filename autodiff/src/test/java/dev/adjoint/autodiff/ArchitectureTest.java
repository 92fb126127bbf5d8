package dev.adjoint.autodiff;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.adjoint.autodiff", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsTheJdkAndBlasOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "jdk.incubator.vector..",
                    "org.jspecify..",
                    "dev.ludovic.netlib..",
                    "org.bytedeco..",
                    "dev.adjoint.autodiff..");

    /** What is shown uses programs, and programs use kernels, so none of the three can know the one before it. */
    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("dev.adjoint.(**)").should().beFreeOfCycles();
}
