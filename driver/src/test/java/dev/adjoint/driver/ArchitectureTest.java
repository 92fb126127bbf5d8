package dev.adjoint.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.adjoint", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule dataKnowsNoTraining = noClasses()
            .that()
            .resideInAPackage("dev.adjoint.data")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.adjoint.driver", "dev.adjoint.rounds");

    @ArchTest
    static final ArchRule roundsKnowNoNetworks = noClasses()
            .that()
            .resideInAPackage("dev.adjoint.rounds")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.adjoint.driver", "dev.adjoint.checkpoint", "dev.adjoint.model");

    @ArchTest
    static final ArchRule onlyTheDriverKnowsSpark = noClasses()
            .that()
            .resideOutsideOfPackages("dev.adjoint.driver", "dev.adjoint.rounds", "dev.adjoint.data")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.spark..", "scala..");

    @ArchTest
    static final ArchRule checkpointsKnowFileSystemsAlone = noClasses()
            .that()
            .resideInAPackage("dev.adjoint.checkpoint")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.adjoint.driver", "dev.adjoint.rounds", "dev.adjoint.data");
}
