package dev.adjoint.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Data, checkpoints and model on a real HDFS. */
@ExtendWith(FaultTable.class)
class HdfsIT {
    private static String expected = "";
    private static MiniDFSCluster cluster;
    private static DistributedFileSystem hdfs;

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void startHdfs(@TempDir Path disks) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, disks.toString());
        cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
        cluster.waitActive();
        hdfs = cluster.getFileSystem();
        hdfs.copyFromLocalFile(
                new org.apache.hadoop.fs.Path("../conf/data/optdigits-train.csv"),
                new org.apache.hadoop.fs.Path("/data/optdigits-train.csv"));
        expected = Job.start(disks, arguments("conf/data/optdigits-train.csv", disks.toString(), List.of()))
                .checksum();
    }

    @AfterAll
    static void stopHdfs() {
        cluster.shutdown(true);
    }

    @BeforeEach
    void clear() throws IOException {
        hdfs.delete(new org.apache.hadoop.fs.Path("/c"), true);
        hdfs.delete(new org.apache.hadoop.fs.Path("/m"), true);
    }

    private static String[] arguments(String data, String place, List<String> more) {
        List<String> all = new ArrayList<>(Job.DIGITS);
        all.addAll(List.of(
                "--set",
                "data.train=" + data,
                "--set",
                "training.epochs=10",
                "--set",
                "model.hidden=[32]",
                "--set",
                "output.model=" + place + "/m"));
        all.addAll(more);
        return all.toArray(String[]::new);
    }

    private Job train(String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "--set",
                "checkpoint.directory=" + url("/c"),
                "--set",
                "checkpoint.every=10 steps",
                // One DataNode: there is nobody to take its place.
                "--set",
                "spark.hadoop.dfs.client.block.write.replace-datanode-on-failure.policy=NEVER",
                "--set",
                "spark.hadoop.dfs.replication=1"));
        all.addAll(Arrays.asList(more));
        return Job.start(folder, arguments(url("/data/optdigits-train.csv"), url(""), all));
    }

    private static String url(String path) {
        return "hdfs://127.0.0.1:" + cluster.getNameNodePort() + path;
    }

    @Test
    void dataCheckpointsAndModelLiveThere() throws Exception {
        assertEquals(expected, train().checksum());
        assertEquals(3 + 1, count("/c"), "three newest, and the best");
        assertEquals(2, hdfs.listStatus(new org.apache.hadoop.fs.Path("/m")).length);
        FaultTable.add("HDFS: no fault", "equal bits");
    }

    @Test
    void aDriverThatIsKilledIsResumedFromThere() throws Exception {
        Job first = train();
        first.awaitLine("epoch  2/");
        first.signal("KILL");
        first.await();
        Job second = train("--resume");
        double restart = second.awaitLine("resuming after step");
        assertEquals(expected, second.checksum());
        assertTrue(second.resumedAfter() > 0, second.err());
        FaultTable.add(
                "HDFS: the driver is killed, and resumed",
                "equal bits",
                restart,
                FaultTable.UNKNOWN,
                FaultTable.UNKNOWN);
    }

    @Test
    void aDataNodeThatIsStartedAgainCostsNoTraining() throws Exception {
        Job job = train();
        job.awaitLine("epoch  2/");
        MiniDFSCluster.DataNodeProperties stopped = cluster.stopDataNode(0);
        Thread.sleep(500);
        assertTrue(cluster.restartDataNode(stopped, true));
        cluster.waitActive();
        int code = job.await();
        // 4 when the very last checkpoint fell into the gap.
        assertEquals(job.err().contains("the last checkpoint could not be written") ? 4 : 0, code, job.err());
        assertEquals(expected, job.json().get("checksum").asText());
        FaultTable.add("HDFS: the DataNode is restarted while checkpoints are written", "equal bits");
    }

    @Test
    void aDirectoryOfSomebodyElseIsToldOfAtTheStart() throws Exception {
        hdfs.mkdirs(new org.apache.hadoop.fs.Path("/c"));
        String[] arguments = arguments(
                url("/data/optdigits-train.csv"),
                folder.toString(),
                List.of("--set", "checkpoint.directory=" + url("/c")));
        Job job = Job.start(folder, Map.of("HADOOP_USER_NAME", "stranger"), arguments);
        assertEquals(2, job.await(), job.err());
        assertTrue(job.err().contains(url("/c") + " cannot be used"), job.err());
        assertTrue(job.err().contains("Permission denied: user=stranger"), job.err());
        FaultTable.add("HDFS: the checkpoint directory may not be written", "stated error");
    }

    @Test
    void aFullDirectoryIsWarnedOfAndExitsWithFour() throws Exception {
        org.apache.hadoop.fs.Path directory = new org.apache.hadoop.fs.Path("/c");
        hdfs.mkdirs(directory);
        // Less than a block, which HDFS sets aside for each file that is written.
        hdfs.setQuota(directory, HdfsConstants.QUOTA_DONT_SET, 1 << 20);
        Job job = train();
        assertEquals(2, job.await(), job.err());
        assertTrue(job.err().contains("cannot be used"), job.err());

        hdfs.setQuota(directory, HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET);
        Job full = train();
        full.awaitLine("epoch  1/");
        hdfs.setQuota(directory, 1, HdfsConstants.QUOTA_DONT_SET);
        assertEquals(4, full.await(), full.err());
        assertTrue(full.err().contains("could not be written"), full.err());
        assertEquals(expected, full.json().get("checksum").asText());
        hdfs.setQuota(directory, HdfsConstants.QUOTA_RESET, HdfsConstants.QUOTA_RESET);
        FaultTable.add("HDFS: the checkpoint directory is full", "equal bits, exit code 4");
    }

    private static int count(String directory) throws IOException {
        int count = 0;
        for (FileStatus file : hdfs.listStatus(new org.apache.hadoop.fs.Path(directory))) {
            count += file.getPath().getName().endsWith(".checkpoint") ? 1 : 0;
        }
        return count;
    }
}
