// A project of one's own that trains with Adjoint, which `mvn install` in Adjoint's folder has put into Maven's local repository.
name := "circle"
version := "1.0"
scalaVersion := "2.13.17"

// Maven's local repository comes last: it may have the pom of a library without its jar.
externalResolvers := Seq(DefaultMavenRepository, Resolver.mavenLocal)

libraryDependencies ++= Seq(
  "dev.adjoint" % "driver" % "0.1.0-SNAPSHOT",
  // Where the program runs on a cluster, Spark is there.
  "org.apache.spark" %% "spark-mllib" % "4.1.0" % Provided
)

// Here, `run` is to have what is provided, and OpenBLAS, which is there at run time: the class path of tests has both.
Compile / run := Defaults.runTask(Test / fullClasspath, Compile / run / mainClass, Compile / run / runner).evaluated
run / fork := true
run / outputStrategy := Some(StdoutOutput)
// As spark-submit starts a JVM: Spark needs the packages open, Adjoint is several times as fast with the module.
run / javaOptions ++= Seq(
  "--add-modules=jdk.incubator.vector",
  "--add-opens=java.base/java.lang=ALL-UNNAMED",
  "--add-opens=java.base/java.nio=ALL-UNNAMED",
  "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
)
