package dev.adjoint.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.adjoint", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule onlyItsPeerKnowsPyTorch = noClasses()
            .that()
            .doNotHaveSimpleName("PyTorchPeer")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule onlyItsPeersKnowTheOtherTrainerOnSpark = noClasses()
            .that()
            .doNotHaveSimpleName("MllibPeer")
            .and()
            .doNotHaveSimpleName("SearchPeer")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.spark.ml.classification..");

    @ArchTest
    static final ArchRule nobodyKnowsTheBenchmark = noClasses()
            .that()
            .resideOutsideOfPackage("dev.adjoint.bench")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.adjoint.bench");
}
