package dev.adjoint.autodiff;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

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

    @ArchTest
    static final ArchRule kernelsKnowNoProgram = noClasses()
            .that()
            .resideInAPackage("dev.adjoint.autodiff.kernel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.adjoint.autodiff");

    @ArchTest
    static final ArchRule whatIsComputedDoesNotKnowHowItIsShown = noClasses()
            .that()
            .resideInAnyPackage("dev.adjoint.autodiff", "dev.adjoint.autodiff.kernel")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.adjoint.autodiff.show");
}
