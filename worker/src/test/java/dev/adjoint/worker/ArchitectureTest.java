package dev.adjoint.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = {"dev.adjoint.worker", "dev.adjoint.model"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsTheJdkJacksonAndAutodiffOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "com.fasterxml.jackson..",
                    "org.jspecify..",
                    "dev.adjoint.autodiff..",
                    "dev.adjoint.worker..",
                    "dev.adjoint.model..");

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("dev.adjoint.(**)").should().beFreeOfCycles();
}
