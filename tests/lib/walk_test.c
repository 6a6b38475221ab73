/* walk_test.c - which files a walk finds, in which order, under which names. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "document/walk.h"
#include "test.h"

struct scene {
    struct walk_settings settings;
    struct glob_list include, exclude;
    struct buffer found; /* sources, one a line; faults as "! message" */
    const char *operands[8];
    char folder[512];
};

static void scene_start(struct scene *scene)
{
    *scene = (struct scene){ .settings = { .include = &scene->include, .exclude = &scene->exclude } };
    snprintf(scene->folder, sizeof scene->folder, "%s", test_folder());
    scene->settings.operands = scene->operands;
    EXPECT(chdir(scene->folder) == 0);
}

static void scene_end(struct scene *scene)
{
    EXPECT(chdir("/") == 0);
    glob_list_release(&scene->include);
    glob_list_release(&scene->exclude);
    buffer_release(&scene->found);
}

/* Makes the file and the folders above it, in the scene's folder. */
static void put(const char *path, const char *content)
{
    char part[4096];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        mkdir(part, 0777);
    }
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    EXPECT(descriptor >= 0);
    EXPECT(write(descriptor, content, strlen(content)) == (ssize_t)strlen(content));
    close(descriptor);
}

static struct slice walk_all(struct scene *scene, const char *operand)
{
    struct error error;
    error_reset(&error);
    if (operand)
        scene->operands[0] = operand;
    scene->settings.operand_count = 0;
    while (scene->settings.operand_count < 8 && scene->operands[scene->settings.operand_count])
        scene->settings.operand_count++;
    struct walk *walk = walk_open(&scene->settings, &error);
    EXPECT_OK(walk, &error);
    struct arena arena = { 0 };
    struct walk_file file;
    enum walk_step step;
    buffer_reset(&scene->found);
    while ((step = walk_next(walk, &arena, &file, &error)) != WALK_END) {
        if (step == WALK_FAULT)
            buffer_append_format(&scene->found, "! %s: %s\n", error.file, error.message);
        else
            buffer_append_format(&scene->found, "%s%.*s\n", file.is_taken ? "" : "(in) ", (int)file.source.length,
                                 file.source.bytes);
    }
    walk_close(walk);
    arena_release(&arena);
    return buffer_slice(&scene->found);
}

TEST(walk_order, "walk: sorted by the bytes of the path, hidden files and version control left out")
{
    struct scene scene;
    scene_start(&scene);
    put("docs/b.md", "");
    put("docs/a/z", "");
    put("docs/a.txt", "");
    put("docs/a-b/x", "");
    put("docs/Z", "");
    put("docs/.hidden", "");
    put("docs/.git/config", "");
    put("docs/sub/CVS/Root", "");
    put("docs/sub/.well-known/x", "");
    static const char expected[] = "docs/Z\ndocs/a-b/x\ndocs/a.txt\ndocs/a/z\ndocs/b.md\n";
    EXPECT_SLICE(walk_all(&scene, "docs"), slice_of_string(expected));
    EXPECT_SLICE(walk_all(&scene, "./docs//"), slice_of_string(expected));
    char absolute[600];
    snprintf(absolute, sizeof absolute, "%s/docs/", scene.folder);
    EXPECT_SLICE(walk_all(&scene, absolute), slice_of_string(expected));
    EXPECT(chdir("docs") == 0);
    EXPECT_SLICE(walk_all(&scene, "."), slice_of_string(expected));
    EXPECT_SLICE(walk_all(&scene, "../docs/."), slice_of_string(expected));
    EXPECT(chdir("..") == 0);
    scene.settings.with_hidden = true;
    EXPECT_TEXT(walk_all(&scene, "docs"),
                "docs/.hidden\ndocs/Z\ndocs/a-b/x\ndocs/a.txt\ndocs/a/z\ndocs/b.md\ndocs/sub/.well-known/x\n");
    EXPECT_TEXT(walk_all(&scene, "docs/.git"), ".git/config\n");
    scene_end(&scene);
}

TEST(walk_names, "walk: --root-name, file operands, standard input, and two operands of one name")
{
    struct scene scene;
    scene_start(&scene);
    put("a/docs/x.md", "");
    put("b/docs/x.md", "");
    put("LICENSE", "");
    scene.operands[1] = "a/docs/x.md";
    scene.operands[2] = "-";
    EXPECT_TEXT(walk_all(&scene, "a/docs"), "docs/x.md\nx.md\nstdin\n");
    scene.settings.root_name = "wiki";
    scene.settings.standard_input = "page";
    EXPECT_TEXT(walk_all(&scene, "b/docs/../../LICENSE"), "wiki/LICENSE\nwiki/x.md\npage\n");
    scene.operands[1] = "-";
    scene.operands[2] = NULL;
    EXPECT_TEXT(walk_all(&scene, "b"), "wiki/docs/x.md\npage\n");
    scene.settings.root_name = "";
    EXPECT_TEXT(walk_all(&scene, "b"), "docs/x.md\npage\n");
    scene.settings.root_name = NULL;
    scene.operands[0] = "a/docs";
    scene.operands[1] = "b/docs/";
    scene.operands[2] = NULL;
    scene.settings.operand_count = 2;
    struct error error;
    EXPECT(!walk_open(&scene.settings, &error));
    EXPECT_ERROR(&error, E_USAGE,
                 "'a/docs' and 'b/docs/' would both be 'docs' in the ids: ingest them apart, with --root-name");
    scene.operands[1] = "missing";
    EXPECT(!walk_open(&scene.settings, &error));
    EXPECT_ERROR(&error, E_NO_INPUT, "cannot open: no such file or directory");
    EXPECT_TEXT(slice_of_string(error.file), "missing");
    scene_end(&scene);
}

TEST(walk_globs, "walk: --exclude goes before --include, a folder that is taken takes all below, archives are opened")
{
    struct scene scene;
    struct error error;
    scene_start(&scene);
    put("d/a.md", "");
    put("d/a.txt", "");
    put("d/keep/b.txt", "");
    put("d/keep/b.log", "");
    put("d/old/c.md", "");
    put("d/x.tar.zst", "");
    put("d/x.tar.zst.md5", "");
    put("d/y.zip", "");
    EXPECT(glob_list_add(&scene.include, SLICE("*.md"), &error));
    EXPECT(glob_list_add(&scene.include, SLICE("/keep/"), &error));
    EXPECT(glob_list_add(&scene.exclude, SLICE("old/"), &error));
    EXPECT(glob_list_add(&scene.exclude, SLICE("*.log"), &error));
    EXPECT_TEXT(walk_all(&scene, "d"), "d/a.md\nd/keep/b.txt\n(in) d/x.tar.zst\n(in) d/y.zip\n");
    EXPECT_TEXT(walk_all(&scene, "d/old/c.md"), "c.md\n");
    EXPECT_TEXT(walk_all(&scene, "d/a.txt"), "");
    EXPECT_TEXT(walk_all(&scene, "d/keep/b.log"), "");
    scene_end(&scene);
}

TEST(walk_links, "walk: links are passed over unless followed; loops, broken links and FIFOs are told apart")
{
    struct scene scene;
    scene_start(&scene);
    put("d/sub/a.md", "");
    put("outside/b.md", "");
    EXPECT(symlink("..", "d/sub/loop") == 0);
    EXPECT(symlink("../outside", "d/out") == 0);
    EXPECT(symlink("sub/a.md", "d/link.md") == 0);
    EXPECT(symlink("nowhere", "d/broken") == 0);
    EXPECT(mkfifo("d/fifo", 0666) == 0);
    EXPECT_TEXT(walk_all(&scene, "d"), "d/sub/a.md\n");
    EXPECT_TEXT(walk_all(&scene, "d/link.md"), "link.md\n");
    scene.settings.follows_links = true;
    EXPECT_TEXT(walk_all(&scene, "d"), "! d/broken: the link leads nowhere\nd/link.md\nd/out/b.md\nd/sub/a.md\n");
    EXPECT_INTEGER(walk_file_open("d/link.md", false), -1);
    scene_end(&scene);
}

TEST(walk_unreadable, "walk: a folder that cannot be read is named and the walk goes on")
{
    struct scene scene;
    scene_start(&scene);
    put("d/a/x", "");
    put("d/b/x", "");
    put("d/c/x", "");
    /* A folder that is gone when its turn comes is as unreadable for root as for anybody. */
    struct error error;
    error_reset(&error);
    scene.operands[0] = "d";
    scene.settings.operand_count = 1;
    struct walk *walk = walk_open(&scene.settings, &error);
    struct arena arena = { 0 };
    struct walk_file file;
    EXPECT_INTEGER(walk_next(walk, &arena, &file, &error), WALK_FILE);
    EXPECT(unlink("d/b/x") == 0);
    EXPECT(rmdir("d/b") == 0);
    EXPECT_INTEGER(walk_next(walk, &arena, &file, &error), WALK_FAULT);
    EXPECT_ERROR(&error, E_NO_INPUT, "cannot open the folder: no such file or directory");
    EXPECT_TEXT(slice_of_string(error.file), "d/b");
    EXPECT_INTEGER(walk_next(walk, &arena, &file, &error), WALK_FILE);
    EXPECT_TEXT(file.source, "d/c/x");
    EXPECT_INTEGER(walk_next(walk, &arena, &file, &error), WALK_END);
    walk_close(walk);
    arena_release(&arena);
    scene_end(&scene);
}

TEST(walk_raw_names, "walk: a name that is no UTF-8 has its wrong bytes as %XX and stays apart from others")
{
    struct scene scene;
    scene_start(&scene);
    put("d/caf\xe9.md", "");
    put("d/caf\xe8.md", "");
    put("d/new\nline", "");
    EXPECT_TEXT(walk_all(&scene, "d"), "d/caf%E8.md\nd/caf%E9.md\nd/new\nline\n");
    scene_end(&scene);
}

TEST(walk_deep, "walk: a path longer than PATH_MAX is found and opened")
{
    struct scene scene;
    scene_start(&scene);
    char name[201];
    memset(name, 'n', 200);
    name[200] = '\0';
    EXPECT(mkdir("d", 0777) == 0);
    int at = open("d", O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < 60; i++) {
        EXPECT(mkdirat(at, name, 0777) == 0);
        int next = openat(at, name, O_RDONLY | O_DIRECTORY);
        EXPECT(next >= 0);
        close(at);
        at = next;
    }
    int file = openat(at, "leaf", O_WRONLY | O_CREAT, 0666);
    EXPECT(write(file, "deep", 4) == 4);
    close(file);
    close(at);
    struct slice found = walk_all(&scene, "d");
    EXPECT_INTEGER(found.length, 2 + 60 * 201 + 5);
    char path[16384], content[8];
    snprintf(path, sizeof path, "%.*s", (int)found.length - 1, found.bytes);
    int leaf = walk_file_open(path, false);
    EXPECT(leaf >= 0);
    EXPECT_INTEGER(read(leaf, content, sizeof content), 4);
    close(leaf);
    scene_end(&scene);
}

TEST(walk_gitignore, "walk: nested .gitignore files, negation, a nested repository, files above the operand")
{
    struct scene scene;
    scene_start(&scene);
    put("r/.gitignore", "*.log\nbuild/\n/top\n!keep.log\n");
    put("r/.git/info/exclude", "secret\n");
    put("r/a.log", "");
    put("r/keep.log", "");
    put("r/top", "");
    put("r/secret", "");
    put("r/build/x", "");
    put("r/sub/top", "");
    put("r/sub/.gitignore", "!a.log\nb/*\n!b/c\n");
    put("r/sub/a.log", "");
    put("r/sub/z.log", "");
    put("r/sub/b/c", "");
    put("r/sub/b/d", "");
    put("r/nested/.git/HEAD", "");
    put("r/nested/n.log", "");
    scene.settings.with_gitignore = true;
    EXPECT_TEXT(walk_all(&scene, "r"), "r/keep.log\nr/nested/n.log\nr/sub/a.log\nr/sub/b/c\nr/sub/top\n");
    EXPECT_TEXT(walk_all(&scene, "r/sub"), "sub/a.log\nsub/b/c\nsub/top\n");
    EXPECT_TEXT(walk_all(&scene, "r/build"), "build/x\n");
    EXPECT(chdir("r/sub/b") == 0);
    EXPECT_TEXT(walk_all(&scene, "."), "b/c\n");
    scene.settings.with_gitignore = false;
    EXPECT_TEXT(walk_all(&scene, ".."), "sub/a.log\nsub/b/c\nsub/b/d\nsub/top\nsub/z.log\n");
    scene_end(&scene);
}
