/*
 * matmul - C = A B of 64 x 64 doubles, three plain loops: rows of A, columns of B, 96 KiB in all.
 *
 * SPDX-License-Identifier: MIT
 */
enum { N = 64 };

static double a[N][N], b[N][N], c[N][N];

int main(void)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = i + j;
            b[i][j] = i - j;
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
    return c[0][0] != 85344; /* the sum of k * k for k below 64 */
}
