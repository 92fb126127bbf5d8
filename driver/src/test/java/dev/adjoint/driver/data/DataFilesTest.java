package dev.adjoint.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
    @TempDir
    private Path folder = Path.of("");

    /** Each look waits for others: one after the other, they would wait in vain. */
    @Test
    void manyFilesAreLookedIntoAtOnceAndGiveTheirAnswersInOrder() throws IOException {
        DataFiles files = new DataFiles(TestSpark.session());
        List<FileStatus> found = found(files, 64);
        CountDownLatch others = new CountDownLatch(16);
        List<String> names = files.each(found, file -> {
            others.countDown();
            assertTrue(others.await(60, TimeUnit.SECONDS));
            return file.getPath().getName();
        });
        assertEquals(found.stream().map(file -> file.getPath().getName()).toList(), names);
    }

    @Test
    void theFirstFileThatCannotBeReadIsTold() throws IOException {
        DataFiles files = new DataFiles(TestSpark.session());
        DataException refused = assertThrows(
                DataException.class,
                () -> files.each(found(files, 9), file -> {
                    if (file.getPath().getName().compareTo("004") >= 0) {
                        throw new IOException("no route to host");
                    }
                    return file;
                }));
        assertEquals("file:" + folder.resolve("004") + " cannot be read: no route to host", refused.getMessage());
    }

    private List<FileStatus> found(DataFiles files, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Files.writeString(folder.resolve("%03d".formatted(i)), "x");
        }
        return files.at(folder.toString());
    }
}
