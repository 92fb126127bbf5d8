package dev.adjoint.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.adjoint", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule roundsKnowNoNetworks = noClasses()
            .that()
            .resideInAPackage("dev.adjoint.driver.rounds")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.adjoint.model..");

    @ArchTest
    static final ArchRule onlyTheDriverKnowsSpark = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.adjoint.driver",
                    "dev.adjoint.driver.rounds",
                    "dev.adjoint.driver.data",
                    "dev.adjoint.driver.metrics",
                    "dev.adjoint.driver.resident",
                    "dev.adjoint.driver.ui",
                    "dev.adjoint.ml")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "scala..");

    @ArchTest
    static final ArchRule checkpointsKnowNoDataAndNoRounds = noClasses()
            .that()
            .resideInAPackage("dev.adjoint.driver.checkpoint")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.adjoint.driver.rounds", "dev.adjoint.driver.data");

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("dev.adjoint.(**)").should().beFreeOfCycles();
}
