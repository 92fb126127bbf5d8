package dev.adjoint.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.adjoint", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule commandsLeaveDifferentiationToTheDriverUnlessTheyShowIt = noClasses()
            .that()
            .resideInAPackage("dev.adjoint.jobs")
            .and()
            .haveNameNotMatching(".*\\.(Graph|Gradcheck).*")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.adjoint.autodiff..");

    @ArchTest
    static final ArchRule nobodyKnowsTheCommands = noClasses()
            .that()
            .resideOutsideOfPackage("dev.adjoint.jobs")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.adjoint.jobs");

    @ArchTest
    static final ArchRule drawingKnowsProgramsAsTheyAreShown = classes()
            .that()
            .resideInAPackage("dev.adjoint.jobs.report.drawing")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.adjoint.jobs.report.drawing",
                    "dev.adjoint.autodiff",
                    "dev.adjoint.autodiff.show",
                    "java..",
                    "javax.xml..",
                    "org.eclipse..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.adjoint.jobs.Main")
            .should()
            .callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule onlyTheLayoutKnowsTheLayoutLibrary = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.adjoint.jobs.report.drawing.GraphLayout")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse..");

    @ArchTest
    static final ArchRule packagesFormNoCircle =
            slices().matching("dev.adjoint.(**)").should().beFreeOfCycles();
}
